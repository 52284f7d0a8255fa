#include "app/cli/password.h"

#include <QTest>
#include <QtTest>

#include <fcntl.h>
#include <stdlib.h>
#include <thread>
#include <unistd.h>

using namespace lolscope;
using namespace lolscope::cli;

/// With another standard input.
class TestPassword : public QObject
{
    Q_OBJECT

    int m_before = -1;

    void setInput(int descriptor)
    {
        ::dup2(descriptor, STDIN_FILENO);
        ::close(descriptor);
    }

private Q_SLOTS:
    void init()
    {
        ::unsetenv("LOLSCOPE_PASSWORD");
        m_before = ::dup(STDIN_FILENO);
    }
    void cleanup() { setInput(m_before); }

    void theEnvironmentComesFirst()
    {
        ::setenv("LOLSCOPE_PASSWORD", "from there", 1);
        QCOMPARE(passwordOf("anna", {})->text(), std::string_view("from there"));
    }

    void isTheFirstLineOfAPipeAndNoMore()
    {
        int ends[2] = {};
        QCOMPARE(::pipe(ends), 0);
        const std::string text = "one two \r\nrest";
        QCOMPARE(::write(ends[1], text.data(), text.size()), ssize_t(text.size()));
        ::close(ends[1]);
        setInput(ends[0]);
        QCOMPARE(passwordOf("anna", {})->text(), std::string_view("one two "));
        char rest[16] = {};
        QCOMPARE(::read(STDIN_FILENO, rest, sizeof rest), ssize_t{4});
        QCOMPARE(std::string(rest), std::string("rest"));
        QCOMPARE(passwordOf("anna", {}).error().code, ErrorCode::Invalid); // nothing left
    }

    void isNotShownOnATerminal()
    {
        const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
        if (terminal < 0 || ::grantpt(terminal) != 0 || ::unlockpt(terminal) != 0)
            QSKIP("no pseudo-terminal can be had here");
        const int other = ::open(::ptsname(terminal), O_RDWR | O_NOCTTY);
        QVERIFY(other >= 0);
        setInput(::dup(other));
        Result<Secret> password = Secret();
        std::thread asking([&password] { password = passwordOf("anna", {}); });
        QTest::qWait(100); // it has turned the echo off, or this fails
        QCOMPARE(::write(terminal, "unseen\n", 7), ssize_t{7});
        asking.join();
        QCOMPARE(password->text(), std::string_view("unseen"));
        QCOMPARE(::write(terminal, "seen\n", 5), ssize_t{5}); // as before
        QTest::qWait(20);
        char shown[64] = {};
        const auto got = ::read(terminal, shown, sizeof shown - 1);
        QVERIFY(got > 0);
        QVERIFY(!std::string(shown).starts_with("unseen"));
        QVERIFY(std::string(shown).find("seen\r\n") != std::string::npos);
        ::close(other);
        ::close(terminal);
    }

    void askingCanBeInterrupted()
    {
        int ends[2] = {};
        QCOMPARE(::pipe(ends), 0); // nothing comes
        setInput(ends[0]);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(passwordOf("anna", stop.get_token()).error().code, ErrorCode::Cancelled);
        ::close(ends[1]);
    }
};

QTEST_GUILESS_MAIN(TestPassword)
#include "tst_password.moc"

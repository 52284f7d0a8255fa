#include "tests/app/cli/clifixture.h"

#include <QRegularExpression>

using namespace lolscope;
using namespace lolscope::test;

/// `allow`.
class TestCliAllow : public QObject, private CliFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { prepare(); }

    void allow()
    {
        QCOMPARE(run({text("index"), m_case, m_log, text("--quiet")}).code, 0);
        const QStringList conditions = {text("--where"), text("Image$=\\msiexec.exe"), text("--where"),
                                        text("DestinationHostname=updates.vendor.example")};
        const auto preview =
            run(QStringList{text("allow"), m_case, text("preview"), text("--json")} + conditions);
        QCOMPARE(preview.code, 0);
        QCOMPARE(preview.lines().first()[text("hidden")].toInt(), 4);
        QCOMPARE(run(QStringList{text("allow"), m_case, text("add")} + conditions).code, 2); // no reason
        const auto added =
            run(QStringList{text("allow"), m_case, text("add"), text("--reason"), text("vendor updater")}
                + conditions);
        QCOMPARE(added.code, 0);
        const QString id = QString::fromUtf8(added.out).trimmed();
        QVERIFY(QRegularExpression(text("^[0-9a-f-]{36}$")).match(id).hasMatch());
        QCOMPARE(run({text("alerts"), m_case, text("--status"), text("allowed")}).lines().size(), 4);
        QCOMPARE(run({text("allow"), m_case, text("list"), text("--json")})
                     .lines()
                     .first()[text("alerts")]
                     .toInt(),
                 4);

        const auto filters = m_folder->filePath(text("filters.yml"));
        QCOMPARE(run({text("allow"), m_case, text("export"), text("--out"), filters}).code, 0);
        QCOMPARE(run({text("allow"), m_case, text("remove"), id}).code, 0);
        QCOMPARE(run({text("alerts"), m_case}).lines().size(), 11);
        QCOMPARE(run({text("allow"), m_case, text("import"), filters}).code, 0);
        QCOMPARE(run({text("alerts"), m_case, text("--status"), text("allowed")}).lines().size(), 4);
        QCOMPARE(run({text("allow"), m_case, text("remove"), text("no-such-item")}).code, 2);
        QCOMPARE(run({text("allow"), m_case, text("add"), text("--reason"), text("x"), text("--where"),
                      text("Image=*")})
                     .code,
                 2);
    }

    void previewSaysFirstWhetherItCanBeAdded()
    {
        QCOMPARE(run({text("index"), m_case, m_log, text("--quiet")}).code, 0);
        const QStringList preview = {text("allow"), m_case, text("preview"), text("--where"),
                                     text("Image$=\\mshta.exe")};
        const auto before = run(preview);
        QVERIFY2(before.out.startsWith("It would allow 3 open alerts (5 hits on 1 host):\n"),
                 before.out.constData());
        QVERIFY(before.err.contains("any program of that name, wherever an attacker puts it"));
        const auto id = run({text("alerts"), m_case}).lines()[1][text("alert_id")].toString();
        QCOMPARE(run({text("verdict"), m_case, id, text("malicious")}).code, 0);
        const auto after = run(preview);
        QVERIFY2(after.out.startsWith("This item cannot be added: it would hide 1 alert with the verdict "
                                      "malicious or suspicious:\n  malicious  "
                                      + id.toLatin1()),
                 after.out.constData());
        QVERIFY(after.out.contains("\nElse it would allow 2 open alerts (2 hits on 1 host):\n"));
        QCOMPARE(
            run(QStringList{text("allow"), m_case, text("add"), text("--reason"), text("r")} + preview.mid(3))
                .code,
            2);
    }

    void usageHasTheCase()
    {
        for (const char *verb : {"list", "preview", "add", "remove", "import", "export"}) {
            const auto help = run({text("allow"), m_case, QString::fromLatin1(verb), text("--help")});
            QCOMPARE(help.code, 0);
            QVERIFY2(help.out.contains(" allow CASE " + QByteArray(verb)), help.out.constData());
        }
        QVERIFY(run({text("rules"), text("check"), text("--help")}).out.contains(" rules check ["));
    }
};

QTEST_GUILESS_MAIN(TestCliAllow)
#include "tst_cliallow.moc"

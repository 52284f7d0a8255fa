#include "app/views/channelpage.h"
#include "app/views/watchdialog.h"
#include "tests/app/windowfixture.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTreeWidget>

#include <atomic>
#include <thread>

using namespace lolscope;

namespace {

using Access = EventLogChannel::Access;

ChannelList::Answer someChannels(const EventLogComputer &, const std::stop_token &)
{
    return std::vector<EventLogChannel>{
        {"Microsoft-Windows-Sysmon/Operational", Access::Readable, true, 0},
        {"Security", Access::Denied, {}, windowserror::kAccessDenied},
        {"Microsoft-Windows-DNS-Client/Operational", Access::Readable, false, 0},
        {"Application", Access::Readable, true, 0},
        {"Some/Debug", Access::Direct, true, windowserror::kDirectChannel}};
}

} // namespace

class TestWatchDialog : public WindowFixture
{
    Q_OBJECT

    template<typename Widget>
    static Widget *in(QWidget *parent, const char *name)
    {
        return parent->findChild<Widget *>(QString::fromLatin1(name));
    }
    static QTreeWidgetItem *item(QWidget *page, const QString &name)
    {
        return in<QTreeWidget>(page, "channels")->findItems(name, Qt::MatchExactly).value(0);
    }

private Q_SLOTS:
    void initTestCase() { prepare(); }

    void channelsSayWhatTheyNeed()
    {
        ChannelPage page(ChannelPage::Computer::This, someChannels);
        QVERIFY(!page.missing().isEmpty());
        auto *channels = in<QTreeWidget>(&page, "channels");
        QTRY_COMPARE(channels->topLevelItemCount(), 5);
        QCOMPARE(channels->topLevelItem(0)->text(0), QStringLiteral("Microsoft-Windows-Sysmon/Operational"));
        QCOMPARE(channels->topLevelItem(0)->checkState(0), Qt::Checked);
        auto *security = item(&page, QStringLiteral("Security"));
        QVERIFY(security->text(1).contains(QStringLiteral("Event Log Readers")));
        QVERIFY(!(security->flags() & Qt::ItemIsEnabled));
        QVERIFY(item(&page, QStringLiteral("Microsoft-Windows-DNS-Client/Operational"))
                    ->text(1)
                    .contains(QStringLiteral("disabled")));
        QVERIFY(!(item(&page, QStringLiteral("Some/Debug"))->flags() & Qt::ItemIsEnabled));
        QVERIFY(page.missing().isEmpty());

        in<QLineEdit>(&page, "channelSearch")->setText(QStringLiteral("appl"));
        QVERIFY(security->isHidden());
        QVERIFY(!item(&page, QStringLiteral("Application"))->isHidden());
        item(&page, QStringLiteral("Application"))->setCheckState(0, Qt::Checked);
        const auto sources = page.takeSources();
        QCOMPARE(sources.size(), std::size_t{1});
        QCOMPARE(sources[0].name, std::string("Microsoft-Windows-Sysmon/Operational, Application"));
        item(&page, QStringLiteral("Application"))->setCheckState(0, Qt::Unchecked);
        channels->topLevelItem(0)->setCheckState(0, Qt::Unchecked);
        QVERIFY(!page.missing().isEmpty());
    }

    void anotherComputerIsAskedAsTheUser()
    {
        std::atomic<int> asked = 0;
        std::string seen;
        ChannelPage page(ChannelPage::Computer::Other,
                         [&](const EventLogComputer &computer, const std::stop_token &stop) {
                             seen = computer.name + '|' + computer.domain + '|' + computer.user + '|'
                                 + std::string(computer.password.text());
                             ++asked;
                             return someChannels(computer, stop);
                         });
        auto *connectButton = in<QPushButton>(&page, "remoteConnect");
        QVERIFY(!connectButton->isEnabled());
        page.setComputer(QStringLiteral("WKS-042"));
        in<QLineEdit>(&page, "remoteUser")->setText(QStringLiteral("CORP\\anna"));
        in<QLineEdit>(&page, "remotePassword")->setText(QStringLiteral("secret"));
        QCOMPARE(in<QLineEdit>(&page, "remotePassword")->echoMode(), QLineEdit::Password);
        QTest::mouseClick(connectButton, Qt::LeftButton);
        QTRY_VERIFY(page.missing().isEmpty());
        QCOMPARE(asked.load(), 1);
        QCOMPARE(seen, std::string("WKS-042|CORP|anna|secret"));
        QCOMPARE(page.takeSources()[0].name, std::string("\\\\WKS-042 Microsoft-Windows-Sysmon/Operational"));
        QVERIFY(in<QLineEdit>(&page, "remotePassword")->text().isEmpty());
        page.setComputer(QStringLiteral("WKS-043")); // its channels are not known
        QVERIFY(!page.missing().isEmpty());
    }

    void aComputerThatDoesNotAnswerHoldsNobodyUp()
    {
        const auto released = std::make_shared<std::atomic<bool>>(false);
        {
            ChannelPage page(ChannelPage::Computer::This,
                             [released](const EventLogComputer &, const std::stop_token &stop) {
                                 while (!*released)
                                     std::this_thread::sleep_for(std::chrono::milliseconds(5));
                                 return stop.stop_requested()
                                     ? ChannelList::Answer(fail(ErrorCode::Cancelled, "cancelled"))
                                     : ChannelList::Answer();
                             });
            QCoreApplication::processEvents();
            QVERIFY(!page.missing().isEmpty());
        } // gone before the answer
        *released = true;
        QTest::qWait(20);
    }

    void systemsWithoutChannelsSaySo()
    {
#ifdef Q_OS_WIN
        QSKIP("this one has them");
#endif
        openWindow();
        QTest::keyClick(m_window.get(), Qt::Key_L, Qt::ControlModifier);
        auto *dialog = named<WatchDialog>("watchDialog");
        QVERIFY(dialog);
        dialog->showPage(WatchDialog::Page::Channels);
        auto *status = in<QLabel>(in<QTabWidget>(dialog, "watchPages")->widget(0), "channelStatus");
        QTRY_VERIFY2(status->text().contains(QStringLiteral("need Windows")), qPrintable(status->text()));
        auto *start = in<QPushButton>(dialog, "watchStart");
        QVERIFY(!start->isEnabled());
        dialog->showPage(WatchDialog::Page::Files);
        QVERIFY(!start->isEnabled());
        in<QLineEdit>(dialog, "watchFile")->setText(m_dir.filePath(QStringLiteral("later.xml")));
        QVERIFY(start->isEnabled());
        QTest::mouseClick(start, Qt::LeftButton);
        QTRY_VERIFY(named<QAction>("stopLive")->isEnabled()); // a file that is not there yet
        m_window.reset();
    }
};

QTEST_MAIN(TestWatchDialog)
#include "tst_watchdialog.moc"

#include "model/items/alertlistmodel.h"
#include "tests/model/items/samplerows.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace lolscope;
using namespace lolscope::samples;

class TestAlertListModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsEachGroup()
    {
        AlertListModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto allowed = alertRow("dd");
        allowed.status = Status::Allowed;
        model.setAlerts(
            {alertRow("aa"), alertRow("bb", Verdict::Malicious), alertRow("cc", Verdict::Benign), allowed});
        QCOMPARE(model.count(AlertGroup::Open), 1);
        QCOMPARE(model.count(AlertGroup::Malicious), 1);
        QCOMPARE(model.count(AlertGroup::Benign), 1);
        QCOMPARE(model.count(AlertGroup::Allowed), 1);
        QCOMPARE(model.count(AlertGroup::Suspicious), 0);
        QCOMPARE(model.rowOf("cc"), 2);
        QCOMPARE(model.rowOf("zz"), -1);
    }

    void decidingChangesTheRowWithoutReset()
    {
        AlertListModel model;
        AlertGroupModel open;
        open.setSourceModel(&model);
        const QAbstractItemModelTester tester(&open, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setAlerts({alertRow("aa"), alertRow("bb")});
        const QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setAlerts({alertRow("aa", Verdict::Suspicious), alertRow("bb")});
        QVERIFY(reset.isEmpty());
        QCOMPARE(open.rowCount(), 1);
        QCOMPARE(open.mapToSource(open.index(0, 0)).row(), 1);
        open.setGroup(AlertGroup::Suspicious);
        QCOMPARE(open.mapToSource(open.index(0, 0)).row(), 0);
    }

    /// What a view holds on to stays the same alert however the list changes around it.
    void rowsComeGoAndMove()
    {
        AlertListModel model;
        AlertGroupModel open;
        open.setSourceModel(&model);
        const QAbstractItemModelTester own(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QAbstractItemModelTester shownOnes(&open,
                                                 QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setAlerts({alertRow("aa"), alertRow("bb"), alertRow("cc"), alertRow("dd")});
        const QPersistentModelIndex held = open.index(2, 0);
        const auto idOf = [&](const QModelIndex &index) {
            return model.alerts()[static_cast<std::size_t>(open.mapToSource(index).row())].id;
        };
        QCOMPARE(idOf(held), std::string("cc"));
        const QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setAlerts({alertRow("ee"), alertRow("dd"), alertRow("ff"), alertRow("cc"), alertRow("aa")});
        QVERIFY(held.isValid());
        QCOMPARE(held.row(), 3);
        QCOMPARE(idOf(held), std::string("cc"));
        model.setAlerts({alertRow("cc", Verdict::Benign), alertRow("gg")});
        QVERIFY(!held.isValid()); // not in the group any more
        QCOMPARE(open.rowCount(), 1);
        QCOMPARE(idOf(open.index(0, 0)), std::string("gg"));
        model.setAlerts({});
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(reset.isEmpty());
    }

    void newOnesAreMarked()
    {
        AlertListModel model;
        model.setAlerts({alertRow("aa"), alertRow("bb")});
        model.setNew({"bb"});
        QVERIFY(!model.index(0).data(AlertListModel::NewRole).toBool());
        QVERIFY(model.index(1).data(AlertListModel::NewRole).toBool());
        QVERIFY(model.index(1).data(Qt::AccessibleTextRole).toString().startsWith(QStringLiteral("new: ")));
    }

    void hostileTextIsMadeVisible()
    {
        AlertListModel model;
        auto alert = alertRow("aa");
        alert.image = "C:\\Temp\\" + kHostileName;
        alert.destName = kHostileName;
        model.setAlerts({alert});
        for (const int role :
             {int{Qt::DisplayRole}, int{AlertListModel::BinaryRole}, int{AlertListModel::DestinationRole}}) {
            const QString text = model.index(0).data(role).toString();
            QVERIFY2(!text.contains(QChar(0x202E)) && !text.contains(QLatin1Char('\n')), qPrintable(text));
            QVERIFY2(text.contains(QStringLiteral("<U+202E>")), qPrintable(text));
        }
    }

    void acceptedConnectionKeepsThePeerFromThePort()
    {
        AlertListModel model;
        auto alert = alertRow("aa");
        alert.initiated = false;
        alert.destName.clear();
        model.setAlerts({alert});
        QCOMPARE(model.index(0).data().toString(), QStringLiteral("mshta.exe ← 203.0.113.8"));
        QCOMPARE(model.index(0).data(AlertListModel::EndpointRole).toString(),
                 QStringLiteral("accepted on port 443"));
    }

    void alertAboutAnotherEventHasNoDestination()
    {
        AlertListModel model;
        auto start = alertRow("aa");
        start.destName = start.destIp = start.destPort = start.protocol = {};
        start.destNameSource = NameSource::None;
        start.shape = "1+13";
        auto logon = start;
        logon.id = "bb";
        logon.image.clear();
        logon.shape = "4624";
        model.setAlerts({start, logon});
        QCOMPARE(model.index(0).data().toString(), QStringLiteral("mshta.exe"));
        QCOMPARE(model.index(0).data(AlertListModel::EventsRole).toString(), QStringLiteral("event 1+13"));
        QCOMPARE(model.index(1).data().toString(), QStringLiteral("event 4624"));
        for (int row : {0, 1}) {
            QVERIFY(!model.index(row).data(AlertListModel::HasDestinationRole).toBool());
            QVERIFY(model.index(row).data(AlertListModel::DestinationRole).toString().isEmpty());
            QVERIFY(model.index(row).data(AlertListModel::ArrowRole).toString().isEmpty());
        }
    }

    void packCanBeShownAlone()
    {
        AlertListModel model;
        AlertGroupModel shown;
        shown.setSourceModel(&model);
        const QAbstractItemModelTester tester(&shown, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto bundled = alertRow("aa");
        bundled.bundledRule = true;
        model.setAlerts({bundled, alertRow("bb"), alertRow("cc", Verdict::Malicious)});
        QCOMPARE(shown.rowCount(), 2);
        shown.setRules(AlertRules::Pack);
        QCOMPARE(shown.rowCount(), 1);
        QCOMPARE(model.count(AlertRules::Pack), 1);
        QCOMPARE(model.count(AlertRules::All), 3);
        QCOMPARE(model.count(AlertGroup::Open, AlertRules::Pack), 1);
        QCOMPARE(model.count(AlertGroup::Malicious, AlertRules::Pack), 0);
    }

    void clipboardHasTheTextAsLoggedOrDefanged()
    {
        AlertListModel model;
        model.setAlerts({alertRow("aa")});
        QVERIFY(model.index(0)
                    .data(RawRowRole)
                    .toString()
                    .contains(QStringLiteral("cdn-sync.example\t203.0.113.8:443")));
        const QString safe = model.index(0).data(DefangedRowRole).toString();
        QVERIFY2(safe.contains(QStringLiteral("cdn-sync[.]example\t203[.]0[.]113[.]8:443")),
                 qPrintable(safe));
        QVERIFY(safe.contains(QStringLiteral("mshta.exe")));
    }
};

QTEST_GUILESS_MAIN(TestAlertListModel)
#include "tst_alertlistmodel.moc"

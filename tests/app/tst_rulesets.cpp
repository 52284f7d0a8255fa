#include "app/pipeline/ruleset.h"
#include "tests/app/windowfixture.h"
#include "tests/support/ownrules.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>

using namespace lolscope;
using namespace lolscope::test;

/// Rule folders in the window: added by dropping, switched on and off, run over the open case.
class TestRuleSets : public WindowFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        prepare();
        const auto noData = QByteArray::fromStdString(startRule(kNoDataRuleId, "Never seen", "\\none.exe"));
        write("a.yml", QByteArray::fromStdString(startRule(kMshtaRuleId, "Mshta starts", "\\mshta.exe")));
        write("b.yml", QByteArray(noData).replace("process_creation", "clipboard_capture"));
        write("c.yml", QByteArray::fromStdString(brokenRule(kBrokenRuleId)));
    }
    void init()
    {
        openWindow();
        openSample();
        m_packAlerts = count(AlertGroup::Open);
    }
    void cleanup() { m_window.reset(); }

    void droppedFolderOfRulesIsAddedAndItsAlertsComeAndGo()
    {
        dropFolder();
        QVERIFY(m_window->isVisible());
        QCOMPARE(find("Mshta starts").siblingAtColumn(3).data().toString(), QStringLiteral("not run"));
        QCOMPARE(find("Never seen").siblingAtColumn(3).data().toString(), QStringLiteral("no such data"));
        const std::string selected = alerts()->current()->id;
        apply();
        QTRY_VERIFY_WITH_TIMEOUT(count(AlertGroup::Open) > m_packAlerts, 30'000);
        QCOMPARE(alerts()->current()->id, selected);
        QCOMPARE(alerts()->model().count(AlertRules::Pack), m_packAlerts);
        QCOMPARE(alerts()->view()->model()->rowCount(), m_packAlerts);

        auto *rules = named<QComboBox>("alertRules");
        QVERIFY(rules->isVisible());
        rules->setCurrentIndex(1);
        Q_EMIT rules->activated(1);
        QCOMPARE(alerts()->view()->model()->rowCount(), count(AlertGroup::Open));
        QCOMPARE(alerts()->current()->id, selected);

        openRules();
        QVERIFY(find("Mshta starts").siblingAtColumn(3).data().toString().contains(QStringLiteral("hit")));
        QVERIFY(list()->model()->setData(find("Mshta starts").siblingAtColumn(0), Qt::Unchecked,
                                         Qt::CheckStateRole));
        QCOMPARE(find("Mshta starts").siblingAtColumn(0).data(Qt::CheckStateRole).toInt(),
                 int{Qt::Unchecked});
        apply();
        QTRY_COMPARE_WITH_TIMEOUT(count(AlertGroup::Open), m_packAlerts, 30'000);
        QVERIFY(!rules->isVisible());
        QCOMPARE(readRuleSet(settings().toStdString())->byId.at(kMshtaRuleId), false);
    }

    void changedFolderIsRunByItself()
    {
        dropFolder();
        apply();
        QTRY_VERIFY_WITH_TIMEOUT(count(AlertGroup::Open) > m_packAlerts, 30'000);
        const auto away = [](const QString &name) { return name + QStringLiteral(".away"); };
        const QString file = m_rules.filePath(QStringLiteral("a.yml"));
        QVERIFY(QFile::rename(file, away(file)));
        QTRY_COMPARE_WITH_TIMEOUT(count(AlertGroup::Open), m_packAlerts, 30'000);
        QVERIFY(QFile::rename(away(file), file));
        QTRY_VERIFY_WITH_TIMEOUT(count(AlertGroup::Open) > m_packAlerts, 30'000);
    }

    void folderDroppedOnTheDialogIsAdded()
    {
        openRules();
        QVERIFY(!find("Mshta starts").isValid());
        drop({QUrl::fromLocalFile(m_rules.path())}, named<QDialog>("ruleSetDialog"));
        QTRY_VERIFY(find("Mshta starts").isValid());
        QTRY_VERIFY(inDialog<QPushButton>("ruleSetDialog", "ruleSetApply")->isEnabled());
    }

    void refusedRuleSaysWhyAndWhere()
    {
        dropFolder();
        const QModelIndex broken = find("Broken rule");
        QCOMPARE(broken.siblingAtColumn(3).data().toString(), QStringLiteral("refused"));
        QVERIFY(
            broken.siblingAtColumn(3).data(Qt::ToolTipRole).toString().contains(QStringLiteral("nonsense")));
        list()->setCurrentIndex(broken);
        const QString details = inDialog<QPlainTextEdit>("ruleSetDialog", "ruleDetails")->toPlainText();
        QVERIFY2(details.contains(QStringLiteral("nonsense")) && details.contains(QStringLiteral("c.yml:")),
                 qPrintable(details));
        QVERIFY(details.contains(QStringLiteral("Rule Writer")));
    }

    void verdictsOutliveOtherRules()
    {
        const std::string selected = alerts()->current()->id;
        named<QAction>("malicious")->trigger();
        QTRY_COMPARE(count(AlertGroup::Malicious), 1);
        dropFolder();
        apply();
        QTRY_VERIFY_WITH_TIMEOUT(alerts()->model().count(AlertRules::All) > m_packAlerts, 30'000);
        QCOMPARE(count(AlertGroup::Malicious), 1);
        alerts()->showGroup(AlertGroup::Malicious);
        QCOMPARE(alerts()->current()->id, selected);
    }

    void filtersAndButtonsChooseManyAtOnce()
    {
        dropFolder();
        const int all = list()->model()->rowCount();
        auto *search = inDialog<QLineEdit>("ruleSetDialog", "ruleSearch");
        search->setText(QStringLiteral("attack.execution Rule Writer"));
        QCOMPARE(list()->model()->rowCount(), 2);
        inDialog<QPushButton>("ruleSetDialog", "disableShown")->click();
        search->clear();
        QCOMPARE(list()->model()->rowCount(), all);
        QCOMPARE(checked(), all - 3); // these two and the refused one
        auto *level = inDialog<QComboBox>("ruleSetDialog", "ruleLevel");
        level->setCurrentIndex(4);
        inDialog<QPushButton>("ruleSetDialog", "runByFilter")->click();
        level->setCurrentIndex(0);
        QCOMPARE(checked(), all - 3); // they are not critical; the pack runs whole
        inDialog<QPushButton>("ruleSetDialog", "runByFilter")->click();
        QCOMPARE(checked(), all - 1);
    }

    void folderIsReadAgainAndRemoved()
    {
        dropFolder();
        const int before = list()->model()->rowCount();
        write("d.yml",
              QByteArray::fromStdString(
                  startRule("4d4a0000-0000-4000-8000-000000000004", "New one", "\\x.exe")));
        inDialog<QPushButton>("ruleSetDialog", "reloadRules")->click();
        QTRY_COMPARE(list()->model()->rowCount(), before + 1);
        QVERIFY(QFile::remove(m_rules.filePath(QStringLiteral("d.yml"))));
        auto *sources = inDialog<QListWidget>("ruleSetDialog", "ruleSources");
        QCOMPARE(sources->count(), 3);
        sources->setCurrentRow(2);
        QCOMPARE(list()->model()->rowCount(), 4);
        inDialog<QPushButton>("ruleSetDialog", "removeRuleFolder")->click();
        QTRY_COMPARE(sources->count(), 2);
        QCOMPARE(list()->model()->rowCount(), before - 3);
    }

    void unreadableSettingsAndFoldersAreTold()
    {
        QFile file(settings());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"folders\":[\"/nowhere/at/all\"]}");
        file.close();
        m_window->openEvidence({samplePath()});
        QTRY_VERIFY_WITH_TIMEOUT(banner()->text().contains(QStringLiteral("/nowhere/at/all")), 30'000);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("nonsense");
        file.close();
        openRules();
        QVERIFY(inDialog<QLabel>("ruleSetDialog", "ruleSetSummary")
                    ->text()
                    .contains(QStringLiteral("rules.json")));
    }

private:
    QString settings() const { return casePath() + QStringLiteral(".rules.json"); }
    QTreeView *list() const { return inDialog<QTreeView>("ruleSetDialog", "ruleList"); }
    void write(const char *name, const QByteArray &bytes)
    {
        QFile file(m_rules.filePath(QString::fromLatin1(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }
    void dropFolder()
    {
        drop({QUrl::fromLocalFile(m_rules.path())});
        waitForRules();
    }
    void openRules()
    {
        auto *action = named<QAction>("ruleSets");
        QTRY_VERIFY_WITH_TIMEOUT(action->isEnabled(), 30'000); // rules of a changed folder may be running
        action->trigger();
        waitForRules();
    }
    void waitForRules() { QTRY_VERIFY_WITH_TIMEOUT(list() && list()->model()->rowCount() > 0, 30'000); }
    void apply()
    {
        inDialog<QPushButton>("ruleSetDialog", "ruleSetApply")->click();
        QTRY_VERIFY_WITH_TIMEOUT(!named<QDialog>("ruleSetDialog"), 30'000);
    }
    QModelIndex find(const char *title) const
    {
        if (!list())
            return {};
        const auto found =
            list()->model()->match(list()->model()->index(0, 0), Qt::DisplayRole, QString::fromLatin1(title));
        return found.isEmpty() ? QModelIndex() : found.first();
    }
    int checked() const
    {
        int sum = 0;
        for (int row = 0; row < list()->model()->rowCount(); ++row)
            sum += list()->model()->index(row, 0).data(Qt::CheckStateRole).toInt() == Qt::Checked ? 1 : 0;
        return sum;
    }

    QTemporaryDir m_rules;
    int m_packAlerts = 0;
};

QTEST_MAIN(TestRuleSets)
#include "tst_rulesets.moc"

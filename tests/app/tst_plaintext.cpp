#include "app/views/alertpanel.h"
#include "app/views/allowwarning.h"
#include "app/views/detailspanel.h"
#include "app/views/errortext.h"
#include "app/views/factsheet.h"
#include "app/views/plaintext.h"
#include "app/views/treepanel.h"
#include "app/views/xmlview.h"
#include "detection/allowlist/allowlist.h"
#include "tests/model/items/samplerows.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QListView>
#include <QMimeData>
#include <QTest>
#include <QTextDocument>
#include <QTreeView>

using namespace lolscope;
using namespace lolscope::samples;

namespace {

AlertView hostileView()
{
    AlertView view;
    view.tree = samples::alertTree();
    view.tree.alert.ruleTitle = kHostileName;
    view.tree.alert.destName = kHostileName;
    DetectionRow hit;
    hit.matched.push_back({"Image", kHostileName, "ends with " + kHostileName, FieldSource::Event});
    view.firstHit = hit;
    view.process = std::get<ProcessRow>(view.tree.nodes[4].fact);
    view.process->user = kHostileName;
    ConnectionRow connection;
    connection.destIp = "203.0.113.8";
    connection.askedName = kHostileName;
    connection.reverseName = "<a href='http://evil.example'>x</a>";
    view.connection = connection;
    return view;
}

void verifyLabels(const QWidget &widget)
{
    bool seen = false;
    for (const QLabel *label : widget.findChildren<QLabel *>()) {
        QCOMPARE(label->textFormat(), Qt::PlainText);
        QVERIFY2(!label->text().contains(QChar(0x202E)), qPrintable(label->text()));
        QVERIFY(!label->openExternalLinks());
        seen = seen || label->text().contains(QStringLiteral("<b>evil</b><U+202E>"));
    }
    QVERIFY(seen);
}

} // namespace

class TestPlainText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void detailsShowMarkupAsText()
    {
        DetailsPanel panel({});
        panel.setAlert(hostileView());
        panel.show();
        verifyLabels(panel);
    }

    void listsShowMarkupAsText()
    {
        AlertPanel alerts;
        auto alert = alertRow("aa");
        alert.destName = kHostileName;
        alerts.setAlerts({alert});
        alerts.show();
        const QString shownText = alerts.view()->model()->index(0, 0).data().toString();
        QVERIFY2(shownText.contains(QStringLiteral("<b>evil</b><U+202E>")), qPrintable(shownText));
        QVERIFY(!shownText.contains(QLatin1Char('\n')));

        TreePanel tree;
        tree.setTree(samples::alertTree());
        tree.show();
        QVERIFY(tree.view()->model()->rowCount() > 0);
    }

    void longValuesAreShownInPartAndCopiedWhole()
    {
        const QString text(100'000, QLatin1Char('x'));
        const ValueText value(text, text);
        QVERIFY(value.text().size() < 5000);
        QVERIFY(value.text().startsWith(text.left(1000)));
        value.actions().front()->trigger();
        QCOMPARE(QApplication::clipboard()->text(), text);
    }

    void sheetsCountTheRowsTheyDoNotShow()
    {
        FactSheet sheet;
        sheet.begin();
        for (const char *section : {"first", "second"}) {
            sheet.addSection(QString::fromLatin1(section));
            for (int row = 0; row < FactSheet::kMaxRows + 7; ++row)
                sheet.addRow(QStringLiteral("name"), "value");
        }
        sheet.end();
        QCOMPARE(sheet.findChildren<ValueText *>().size(), 2 * FactSheet::kMaxRows);
        int told = 0;
        for (const QLabel *label : sheet.findChildren<QLabel *>())
            told += label->text().startsWith(QStringLiteral("7 more row"));
        QCOMPARE(told, 2);
    }

    void xmlIsShownAsTextAndCopiedAsText()
    {
        XmlView view;
        const std::string xml = "<Event>\n <Data>\u202E</Data>\n</Event>";
        view.setXml(xml);
        QCOMPARE(view.toPlainText(), QStringLiteral("<Event>\n <Data><U+202E></Data>\n</Event>"));
        view.selectAll();
        view.copy();
        QVERIFY(!QApplication::clipboard()->mimeData()->hasHtml());
        view.setXml(std::string(4u << 20, 'x'));
        QVERIFY(view.toPlainText().size() < 200'000);
        view.actions().at(1)->trigger();
        QCOMPARE(QApplication::clipboard()->text().size(), qsizetype{4} << 20);
    }

    /// The command line says the same in English.
    void allowlistWarningsAreThoseOfTheCommandLine()
    {
        using Test = AllowCondition::Test;
        const AllowCondition odd[] = {{"Image", Test::EndsWith, "\\Users\\Public\\a.exe"},
                                      {"Image", Test::EndsWith, "\\a.exe"},
                                      {"DestinationIp", Test::Cidr, "10.0.0.0/9"},
                                      {"CommandLine", Test::Contains, "a"},
                                      {"DestinationPort", Test::Equals, "443"}};
        for (const AllowCondition &condition : odd) {
            AllowlistItem item;
            item.conditions = {condition};
            const auto found = warnings(item);
            QVERIFY2(!found.empty(), condition.value.c_str());
            for (const AllowWarning &warning : found)
                QCOMPARE(allowWarningText(warning), QString::fromStdString(warning.text()));
        }
        QVERIFY(!allowWarningText({AllowWarning::Kind::LargeNetwork, "10.0.0.0/8\u202E"})
                     .contains(QChar(0x202E)));
    }

    void toolTipsAreEscaped()
    {
        const QString tip =
            toolTipText(QStringLiteral("<img src='http://evil.example/x.png'> & <b>bold</b>"));
        QTextDocument document;
        document.setHtml(tip);
        QCOMPARE(document.toPlainText(),
                 QStringLiteral("<img src='http://evil.example/x.png'> & <b>bold</b>"));
        QVERIFY(toolTipText({}).isEmpty());
    }

    void errorsHaveWordsAndDetail()
    {
        const QString text = errorText(Error{ErrorCode::Corrupt, "bad header\u202E", "a.evtx", 16});
        QVERIFY(text.startsWith(errorText(ErrorCode::Corrupt)));
        QVERIFY(text.contains(QStringLiteral("a.evtx")));
        QVERIFY(!text.contains(QChar(0x202E)));
    }

    void copyOffersRawAndDefanged()
    {
        ValueText value(QStringLiteral("http://evil.example"), QStringLiteral("http://evil.example"));
        value.show();
        value.setFocus();
        QVERIFY(QTest::qWaitForWindowActive(&value));
        QTest::keyClick(&value, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("http://evil.example"));
        QTest::keyClick(&value, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(QApplication::clipboard()->text(), defangedText(QStringLiteral("http://evil.example")));
        QVERIFY(!QApplication::clipboard()->text().contains(QStringLiteral("http://")));
    }
};

QTEST_MAIN(TestPlainText)
#include "tst_plaintext.moc"

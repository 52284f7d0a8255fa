#include "app/views/alertpanel.h"
#include "app/views/detailspanel.h"
#include "app/views/errortext.h"
#include "app/views/plaintext.h"
#include "app/views/treepanel.h"
#include "tests/model/items/samplerows.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QListView>
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
    view.detections.push_back(hit);
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

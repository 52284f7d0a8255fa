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
};

QTEST_GUILESS_MAIN(TestCliAllow)
#include "tst_cliallow.moc"

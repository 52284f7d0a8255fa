#include "model/base/findfiles.h"
#include "tests/support/deepfolder.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace lolscope;
namespace fs = std::filesystem;

class TestFindFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void filesAreFoundInOrderAndWhatCannotBeReadIsNamed()
    {
        const QTemporaryDir folder;
        const fs::path top = folder.path().toStdString();
        fs::create_directories(top / "b/deeper");
        fs::create_directories(top / "c.log"); // a folder, whatever its name
        fs::create_directory_symlink(top / "b", top / "link");
        fs::create_symlink(top / "nowhere", top / "broken.log");
        for (const char *file : {"z.log", "a.log", "a.txt", "b/deeper/x.log", "b/y.log", "c.log/w.log"})
            std::ofstream(top / file) << "x";
        const test::DeepFolder deep(top / "deep");

        const auto found =
            findFiles(top, [](const fs::path &path) { return path.extension() == ".log"; }, {});
        const std::vector<std::pair<fs::path, const char *>> expected = {
            {top / "a.log", ""},
            {top / "broken.log", "No such file"},
            {top / "link", "a link to a folder"},
            {top / "z.log", ""},
            {top / "b/y.log", ""},
            {top / "b/deeper/x.log", ""},
            {top / "c.log/w.log", ""},
            {deep.path(), "cannot be searched: File name too long"},
        };
        QCOMPARE(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            QCOMPARE(found[i].path, expected[i].first);
            QVERIFY2(QByteArray::fromStdString(found[i].error).startsWith(expected[i].second),
                     found[i].error.c_str());
            QCOMPARE(found[i].error.empty(), *expected[i].second == '\0');
        }
    }

    void aFolderThatIsNotThereIsNamed()
    {
        const auto found = findFiles("/nowhere at all", [](const fs::path &) { return true; }, {});
        QCOMPARE(found.size(), std::size_t(1));
        QVERIFY(!found[0].error.empty());
    }

    void stopsWhenAsked()
    {
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(findFiles(
                    "/", [](const fs::path &) { return true; }, stop.get_token())
                    .empty());
    }
};

QTEST_APPLESS_MAIN(TestFindFiles)
#include "tst_findfiles.moc"

#include "model/base/files.h"
#include "model/base/findfiles.h"
#include "model/base/readonlyfile.h"
#include "model/base/win32.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace lolscope;
namespace fs = std::filesystem;

/// What only Windows has: sharing modes, `\\?\` and shares.
class TestFilesWindows : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    fs::path path(const char *name) const
    {
        return utf8Path(m_folder.filePath(QString::fromUtf8(name)).toStdString());
    }
    static win32::Handle hold(const fs::path &path, DWORD access, DWORD sharing)
    {
        return win32::own(CreateFileW(path.c_str(), access, sharing, nullptr, OPEN_ALWAYS, 0, nullptr));
    }
    static std::wstring longName(const wchar_t *begin) { return begin + std::wstring(300, L'x'); }

private Q_SLOTS:
    void aFileThatAnotherWrites_data()
    {
        QTest::addColumn<quint32>("sharing"); // of the other
        QTest::addColumn<bool>("opens");
        QTest::newRow("shared for reading alone") << quint32{FILE_SHARE_READ} << true;
        QTest::newRow("as the event log service does") << quint32{FILE_SHARE_READ | FILE_SHARE_WRITE} << true;
        QTest::newRow("shared in every way")
            << quint32{FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE} << true;
        QTest::newRow("not shared") << quint32{0} << false;
    }
    void aFileThatAnotherWrites()
    {
        QFETCH(quint32, sharing);
        QFETCH(bool, opens);
        const fs::path file = path("held.evtx");
        const auto other = hold(file, GENERIC_READ | GENERIC_WRITE, sharing);
        QVERIFY(other);
        const auto opened = ReadOnlyFile::openExisting(file);
        QCOMPARE(opened.has_value(), opens);
        if (!opens)
            QVERIFY2(describe(opened.error()).ends_with("(32)"), describe(opened.error()).c_str());
        QVERIFY(fileFacts(file).kind == FileKind::File); // which no sharing mode forbids
    }

    /// The service opens its log again and removes it, whoever reads it.
    void aFileThatWeRead()
    {
        const fs::path file = path("read.evtx");
        std::ofstream(file) << "text";
        const auto opened = ReadOnlyFile::openExisting(file);
        QVERIFY(opened);
        QVERIFY(hold(file, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ));
        QVERIFY(hold(file, DELETE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE));
        QVERIFY(DeleteFileW(file.c_str()));
    }

    void pathsAsSystemCallsTakeThem_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("native");
        const auto row = [](const char *name, const std::wstring &path, const std::wstring &native) {
            QTest::newRow(name) << QString::fromStdWString(path) << QString::fromStdWString(native);
        };
        row("short", LR"(C:\logs\a.evtx)", LR"(C:\logs\a.evtx)");
        row("long", longName(LR"(C:\logs\)"), longName(LR"(\\?\C:\logs\)"));
        row("long, with slashes", longName(L"C:/logs/sub/../"), longName(LR"(\\?\C:\logs\)"));
        row("long, of a share", longName(LR"(\\server\share\)"), longName(LR"(\\?\UNC\server\share\)"));
        row("long, of a share, with slashes", longName(L"//server/share/"),
            longName(LR"(\\?\UNC\server\share\)"));
        row("verbatim", longName(LR"(\\?\C:\logs\)"), longName(LR"(\\?\C:\logs\)"));
    }
    void pathsAsSystemCallsTakeThem()
    {
        QFETCH(QString, path);
        QFETCH(QString, native);
        QCOMPARE(QString::fromStdWString(win32::nativePath(path.toStdWString())), native);
    }

    /// packaging/windows/test.sh makes a share of wine's; on Windows any share that may be written will do.
    void shares()
    {
        const std::string name = qEnvironmentVariable("LOLSCOPE_TEST_SHARE").toStdString();
        if (name.empty())
            QSKIP("LOLSCOPE_TEST_SHARE names no share, e.g. \\\\server\\share");
        const fs::path share = utf8Path(name);
        QVERIFY(fileFacts(share).kind == FileKind::Folder);
        const fs::path folder = share / L"Ereignis \u00e4\u65e5";
        fs::path deep = folder;
        while (deep.native().size() < 400)
            deep /= std::wstring(100, L'f');
        for (fs::path made = folder; made.native().size() <= deep.native().size();
             made /= std::wstring(100, L'f'))
            CreateDirectoryW(win32::nativePath(made).c_str(), nullptr);
        for (const fs::path &file : {folder / "a.evtx", deep / "b.evtx"}) {
            QVERIFY(hold(win32::nativePath(file), GENERIC_WRITE, 0));
            QVERIFY2(ReadOnlyFile::openExisting(file), file.string().c_str());
            QVERIFY(absolutePath(file.parent_path() / "x" / ".." / file.filename()) == file);
        }
        const auto found =
            findFiles(share, [](const fs::path &path) { return path.extension() == ".evtx"; }, {});
        QCOMPARE(found.size(), std::size_t{2});
        QVERIFY(found[0].path == folder / "a.evtx" && found[1].path == deep / "b.evtx");
    }
};

QTEST_APPLESS_MAIN(TestFilesWindows)
#include "tst_files_windows.moc"

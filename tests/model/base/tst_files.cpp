#include "model/base/files.h"
#include "model/base/readonlyfile.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <fstream>

using namespace lolscope;
namespace fs = std::filesystem;

class TestFiles : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    fs::path path(const char *name) const
    {
        return utf8Path(m_folder.filePath(QString::fromUtf8(name)).toStdString());
    }
    static void write(const fs::path &path, const char *text)
    {
        std::ofstream file(path, std::ios::binary);
        QVERIFY2(file << text, path.string().c_str());
    }
    static std::string textOf(const ReadOnlyFile &file)
    {
        std::array<std::uint8_t, 100> bytes = {};
        const auto read = file.read(0, bytes);
        return read ? std::string(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(*read))
                    : describe(read.error());
    }
    static std::string textOf(const fs::path &path)
    {
        const auto file = ReadOnlyFile::openExisting(path);
        return file ? textOf(*file) : describe(file.error());
    }

private Q_SLOTS:
    void init() { QVERIFY(m_folder.isValid()); }

    void namesOfAnyLanguage_data()
    {
        QTest::addColumn<QByteArray>("name");
        for (const char *name :
             {"Ereignis \u00e4\u00f6\u00fc\u00df", "\u0416\u0443\u0440\u043d\u0430\u043b", "\u65e5\u5fd7",
              "\u0633\u062c\u0644", "log \U0001F600", "e\u0301", "a b'c&d%e^(f)"})
            QTest::newRow(name) << QByteArray(name);
    }
    void namesOfAnyLanguage()
    {
        QFETCH(QByteArray, name);
        const fs::path folder = path(name.constData());
        QVERIFY(fs::create_directory(folder));
        const fs::path file = folder / utf8Path(name.toStdString() + ".evtx");
        write(file, "text");
        QCOMPARE(file.filename().string(), name.toStdString() + ".evtx");
        QCOMPARE(textOf(file), std::string("text"));
        QVERIFY(fileFacts(file).kind == FileKind::File);
        std::error_code error;
        const auto found = listFolder(folder, error);
        QVERIFY(!error);
        QCOMPARE(found.size(), std::size_t{1});
        QVERIFY(found[0].path == file);
        QCOMPARE(found[0].path.filename().string(), name.toStdString() + ".evtx");
    }

    void longPaths()
    {
        fs::path folder = absolutePath(path("long"));
        while (folder.native().size() < 1'000)
            folder /= std::string(100, 'f');
        const fs::path file = folder / "a.evtx";
        QVERIFY(fileFacts(file).kind == FileKind::None);
        QVERIFY(!fileFacts(file).error);
        // Qt knows how to make them on Windows; std::filesystem does not.
        QVERIFY(QDir().mkpath(QString::fromStdString(folder.string())));
        QFile made(QString::fromStdString(file.string()));
        QVERIFY(made.open(QFile::WriteOnly) && made.write("text") == 4);
        made.close();
        QCOMPARE(textOf(file), std::string("text"));
        const auto facts = fileFacts(file);
        QVERIFY(facts.kind == FileKind::File);
        QCOMPARE(facts.bytes, std::uint64_t{4});
        QVERIFY(fileFacts(folder).kind == FileKind::Folder);
        std::error_code error;
        const auto found = listFolder(folder, error);
        QVERIFY(!error);
        QCOMPARE(found.size(), std::size_t{1});
        QVERIFY(found[0].path == file);
        QVERIFY(absolutePath(folder / "x" / ".." / "a.evtx") == file);
    }

    /// Others go on writing, replacing and removing what we read.
    void nobodyIsKeptFromTheFile()
    {
        const fs::path file = path("open.evtx");
        write(file, "first");
        const auto opened = ReadOnlyFile::openExisting(file);
        QVERIFY(opened);
        std::ofstream writer(file, std::ios::binary | std::ios::app);
        QVERIFY(writer << " and more" << std::flush);
        QCOMPARE(textOf(*opened), std::string("first and more"));
        QCOMPARE(opened->bytes().value_or(0), std::uint64_t{14});
        QCOMPARE(textOf(file), std::string("first and more")); // while another writes it
        writer.close();
        fs::rename(file, path("renamed.evtx"));
        write(file, "second");
        QCOMPARE(textOf(*opened), std::string("first and more"));
        const auto second = ReadOnlyFile::openExisting(file);
        QVERIFY(second && !second->isSameAs(*opened));
        const auto renamed = ReadOnlyFile::openExisting(path("renamed.evtx"));
        QVERIFY(renamed && renamed->isSameAs(*opened));
        QVERIFY(fs::remove(path("renamed.evtx")));
        QCOMPARE(textOf(*opened), std::string("first and more"));
    }

    void whatIsNoFileIsNamed()
    {
        const auto missing = ReadOnlyFile::open(path("missing"));
        QVERIFY(missing && !missing->has_value());
        QVERIFY(!ReadOnlyFile::open(path(".")));
        QVERIFY(fileFacts(path("missing")) == FileFacts());
        std::error_code error;
        QVERIFY(listFolder(path("missing"), error).empty());
        QVERIFY(error);
    }
};

QTEST_APPLESS_MAIN(TestFiles)
#include "tst_files.moc"

#include "model/store/alertstore.h"
#include "model/store/casefile.h"
#include "model/store/casestate.h"
#include "model/store/detectionstore.h"
#include "model/store/schema.h"
#include "tests/model/caserecords.h"

#include <sqlite3.h>

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace lolscope;

namespace {

/// Runs SQL on a file with SQLite itself, as somebody who made the case would.
void tamper(const QString &path, const QByteArray &sql)
{
    sqlite3 *database = nullptr;
    char *error = nullptr;
    if (sqlite3_open(path.toUtf8().constData(), &database) != SQLITE_OK
        || sqlite3_exec(database, sql.constData(), nullptr, nullptr, &error) != SQLITE_OK)
        qFatal("%s: %s", sql.constData(), error ? error : "cannot open");
    sqlite3_close(database);
}

} // namespace

class TestCaseFile : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;
    QString path(const char *name) const { return m_dir.filePath(QString::fromLatin1(name)); }

    static std::string opened(const QString &path, CaseFile::Mode mode)
    {
        const auto file = CaseFile::open(path.toStdString(), mode);
        if (file)
            return "opened";
        if (file.error().source != path.toStdString())
            return "the error does not name the file";
        switch (file.error().code) {
        case ErrorCode::Io:
            return "Io";
        case ErrorCode::Corrupt:
            return "Corrupt";
        case ErrorCode::Unsupported:
            return "Unsupported";
        default:
            return describe(file.error());
        }
    }

private Q_SLOTS:
    void createsAndReopens()
    {
        const QString file = path("new.lolscope");
        {
            auto made = CaseFile::open(file.toStdString(), CaseFile::Mode::Create);
            QVERIFY2(made, made ? "" : describe(made.error()).c_str());
            QVERIFY(journal(*made, "anna", "open", "case", "first"));
            QCOMPARE(made->path(), std::filesystem::path(file.toStdString()));
        }
        for (const auto mode :
             {CaseFile::Mode::ReadOnly, CaseFile::Mode::ReadWrite, CaseFile::Mode::Create}) {
            const auto again = CaseFile::open(file.toStdString(), mode);
            QVERIFY2(again, again ? "" : describe(again.error()).c_str());
            const auto counts = caseCounts(*again);
            QVERIFY(counts);
            QCOMPARE(counts->events, 0u);
        }
    }

    void readersAndTheWriterMeet()
    {
        const QString file = path("shared.lolscope");
        auto writer = CaseFile::open(file.toStdString(), CaseFile::Mode::Create);
        QVERIFY(writer);
        const auto reader = CaseFile::open(file.toStdString(), CaseFile::Mode::ReadOnly);
        QVERIFY(reader);
        EventWriter events(*writer);
        const auto evidenceId = events.begin("a.evtx", "aa", 1);
        QVERIFY(evidenceId);
        QVERIFY(unfinishedEvidence(*reader)->empty()); // not committed yet
        QVERIFY(events.commit());
        QCOMPARE(unfinishedEvidence(*reader)->size(), std::size_t{1});
    }

    void whatIsReadOnlyCannotBeWritten()
    {
        const QString file = path("readonly.lolscope");
        QVERIFY(CaseFile::open(file.toStdString(), CaseFile::Mode::Create));
        auto reader = CaseFile::open(file.toStdString(), CaseFile::Mode::ReadOnly);
        QVERIFY(reader);
        const auto written = journal(*reader, "anna", "open", "case", "x");
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::Database);
    }

    void aTemporaryCaseWorks()
    {
        auto file = CaseFile::temporary();
        QVERIFY(file);
        QVERIFY(file->path().empty());
        QVERIFY(journal(*file, "anna", "open", "case", "x"));
        QCOMPARE(isStale(*file, Stage::Links).value_or(true), false);
    }

    void refusesWhatIsNoCase_data()
    {
        QTest::addColumn<QByteArray>("sql"); // run on a new case; `!` runs it on an empty file
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, const char *sql, const char *expected) {
            QTest::newRow(name) << QByteArray(sql) << QByteArray(expected);
        };
        row("untouched", "", "opened");
        row("foreign SQLite file", "!CREATE TABLE t (a)", "Corrupt");
        row("foreign SQLite file with our tables' names", "!CREATE TABLE event (a)", "Corrupt");
        row("other application", "PRAGMA application_id = 7", "Corrupt");
        row("no application", "PRAGMA application_id = 0", "Corrupt");
        row("newer version", "PRAGMA user_version = 1000", "Unsupported");
        row("version before the first", "PRAGMA user_version = 0", "Corrupt");
        row("negative version", "PRAGMA user_version = -1", "Corrupt");
        row("added table", "CREATE TABLE t (a)", "Corrupt");
        row("added trigger", "CREATE TRIGGER t AFTER INSERT ON verdict BEGIN DELETE FROM journal; END",
            "Corrupt");
        row("added view", "CREATE VIEW t AS SELECT 1", "Corrupt");
        row("added index", "CREATE INDEX t ON journal(author)", "Corrupt");
        row("view replaced",
            "DROP VIEW alert_status; CREATE VIEW alert_status AS SELECT 1 AS id, 2 AS status, 3 AS verdict, "
            "4 AS note",
            "Corrupt");
        row("table replaced by a view", "DROP TABLE journal; CREATE VIEW journal AS SELECT 1", "Corrupt");
        row("table missing", "DROP TABLE journal", "Corrupt");
        row("column added", "ALTER TABLE journal ADD COLUMN x TEXT", "Corrupt");
        row("virtual table", "CREATE VIRTUAL TABLE t USING dbstat", "Corrupt");
        row("trigger under a reserved name",
            "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('trigger', 'sqlite_t', "
            "'verdict', 0, "
            "'CREATE TRIGGER sqlite_t AFTER INSERT ON verdict BEGIN DELETE FROM journal; END')",
            "Corrupt");
        row("view under a reserved name",
            "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('view', 'sqlite_v', 'sqlite_v', "
            "0, 'CREATE VIEW sqlite_v AS SELECT 1')",
            "Corrupt");
        row("statistics of SQLite's own", "ANALYZE", "opened");
        row("schema that cannot be read",
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE' WHERE name = "
            "'journal'",
            "Corrupt");
    }
    void refusesWhatIsNoCase()
    {
        QFETCH(QByteArray, sql);
        QFETCH(QByteArray, expected);
        const QString file = path("tampered.lolscope");
        for (const char *suffix : {"", "-wal", "-shm"})
            QFile::remove(file + QString::fromLatin1(suffix));
        if (!sql.startsWith('!'))
            QVERIFY(CaseFile::open(file.toStdString(), CaseFile::Mode::Create));
        tamper(file, sql.startsWith('!') ? sql.mid(1) : sql);
        for (const auto mode : {CaseFile::Mode::ReadOnly, CaseFile::Mode::ReadWrite, CaseFile::Mode::Create})
            QCOMPARE(QByteArray::fromStdString(opened(file, mode)), expected);
    }

    void refusesOtherFiles_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("text") << QByteArray("this is no case\n").repeated(100);
        QTest::newRow("short text") << QByteArray("x");
        QTest::newRow("SQLite's signature alone") << QByteArray("SQLite format 3\0", 16);
        QTest::newRow("signature and zeros") << QByteArray("SQLite format 3\0", 16) + QByteArray(8192, '\0');
    }
    void refusesOtherFiles()
    {
        QFETCH(QByteArray, bytes);
        QFile file(path("other.lolscope"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
        file.close();
        for (const auto mode : {CaseFile::Mode::ReadOnly, CaseFile::Mode::ReadWrite, CaseFile::Mode::Create})
            QCOMPARE(opened(file.fileName(), mode), std::string("Corrupt"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), bytes); // and changes nothing
    }

    void aMissingFileIsMadeOnlyOnRequest()
    {
        QCOMPARE(opened(path("missing"), CaseFile::Mode::ReadOnly), std::string("Io"));
        QCOMPARE(opened(path("missing"), CaseFile::Mode::ReadWrite), std::string("Io"));
        QVERIFY(!QFile::exists(path("missing")));
        QCOMPARE(opened(path("no/such/folder"), CaseFile::Mode::Create), std::string("Io"));
        QCOMPARE(opened(m_dir.path(), CaseFile::Mode::ReadOnly), std::string("Io"));
    }

    void anEmptyFileIsNoCaseUntilMadeOne()
    {
        QFile file(path("empty.lolscope"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        QCOMPARE(opened(file.fileName(), CaseFile::Mode::ReadOnly), std::string("Corrupt"));
        QCOMPARE(opened(file.fileName(), CaseFile::Mode::ReadWrite), std::string("Corrupt"));
        QCOMPARE(opened(file.fileName(), CaseFile::Mode::Create), std::string("opened"));
        QCOMPARE(opened(file.fileName(), CaseFile::Mode::ReadOnly), std::string("opened"));
    }

    void aCaseCutShortIsRefusedOrReadsWithAnError()
    {
        const QString whole = path("whole.lolscope");
        {
            auto made = CaseFile::open(whole.toStdString(), CaseFile::Mode::Create);
            QVERIFY(made);
            QVERIFY(journal(*made, "anna", "open", "case", std::string(40'000, 'x')));
        }
        const qint64 size = QFile(whole).size();
        for (qint64 length = 1; length < size; length += size / 12) {
            const QString cut = path("cut.lolscope");
            QFile::remove(cut);
            QVERIFY(QFile::copy(whole, cut) && QFile::resize(cut, length));
            const auto file = CaseFile::open(cut.toStdString(), CaseFile::Mode::ReadOnly);
            if (!file)
                QVERIFY2(file.error().code == ErrorCode::Corrupt || file.error().code == ErrorCode::Io,
                         describe(file.error()).c_str());
            else if (const auto counts = caseCounts(*file); !counts)
                QVERIFY2(counts.error().code == ErrorCode::Corrupt, describe(counts.error()).c_str());
        }
    }

    void eventsThatCannotBeReadCostOnlyThemselves_data()
    {
        QTest::addColumn<QByteArray>("sql");
        QTest::newRow("payload") << QByteArray("UPDATE payload SET data = x'28b52ffd' WHERE first_event = 2");
        QTest::newRow("shape") << QByteArray(
            "UPDATE shape SET data = '[\"a\"' WHERE id = (SELECT shape_id FROM "
            "event WHERE id = 2)");
    }
    void eventsThatCannotBeReadCostOnlyThemselves()
    {
        QFETCH(QByteArray, sql);
        const QString file = path("unreadable.lolscope");
        QFile::remove(file);
        {
            auto made = samples::must(CaseFile::open(file.toStdString(), CaseFile::Mode::Create));
            for (const char *name : {"aa", "bb", "cc"}) // each has a payload of its own
                samples::index(made, name, {{10, "10:00:00.000", {{std::string("Of") + name, "x"}}}});
        }
        tamper(file, sql);
        const auto damaged = samples::must(CaseFile::open(file.toStdString(), CaseFile::Mode::ReadOnly));
        const auto all = [](const Event &) { return true; };
        std::vector<EventId> met;
        const auto use = [&](const JoinedEvent &event) -> Result<void> {
            met.push_back(event.id);
            return {};
        };
        const auto refused = forEachEvent(damaged, all, Join::All, use, {});
        QVERIFY(!refused);
        QVERIFY(refused.error().code == ErrorCode::Corrupt);
        const std::vector<EventId> whole = {EventId{1}, EventId{3}};
        met.clear();
        UnreadableEvents unreadable;
        QVERIFY(forEachEvent(damaged, all, Join::All, use, {}, &unreadable));
        QVERIFY(met == whole);
        QVERIFY(unreadable == UnreadableEvents{EventId{2}});

        auto events = samples::must(JoinedEvents::open(damaged, Join::All));
        met.clear();
        for (const int id : {1, 2, 3})
            QVERIFY(events.read(EventId{id}, use, &unreadable));
        QVERIFY(met == whole);
        QVERIFY(unreadable == UnreadableEvents{EventId{2}});
        QVERIFY(!events.read(EventId{2}, use));
        QVERIFY(!events.read(EventId{4}, use, &unreadable));
    }
};

QTEST_APPLESS_MAIN(TestCaseFile)
#include "tst_casefile.moc"

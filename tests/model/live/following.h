#pragma once

#include "model/live/followedfile.h"
#include "tests/support/fakeclock.h"
#include "tests/support/scenario.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

/// Files that grow, and what following them gives.
namespace lolscope::test {

inline std::string textOf(const std::filesystem::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Writes into the file that is there, as a program does that has it open: same inode.
inline void overwrite(const std::filesystem::path &path, const std::string &bytes, std::size_t from = 0,
                      std::size_t count = std::string::npos)
{
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(from));
    file << bytes.substr(from, count);
}

/// What a source gave.
struct Taken
{
    std::vector<std::uint64_t> ids; ///< EventRecordIDs in order.
    std::vector<Damage> damage;
    std::string bookmark;
    int otherLogs = 0;
    std::uint64_t lost() const
    {
        std::uint64_t sum = 0;
        for (const Damage &one : damage)
            sum += one.records;
        return sum;
    }
};

/// Everything there is for now.
inline Taken takeAll(LiveReader &reader)
{
    Taken taken;
    for (;;) {
        LiveBatch batch;
        const auto step = reader.next(batch, {});
        if (!step)
            qFatal("%s", describe(step.error()).c_str());
        if (*step != LiveReader::Step::Batch)
            return taken;
        for (const Event &event : batch.events.events)
            taken.ids.push_back(event.recordId.value_or(0));
        taken.damage.insert(taken.damage.end(), batch.events.damage.begin(), batch.events.damage.end());
        taken.otherLogs += batch.isAnotherLog ? 1 : 0;
        if (!batch.bookmark.empty())
            taken.bookmark = batch.bookmark;
    }
}

inline std::vector<std::uint64_t> range(std::uint64_t first, std::uint64_t last)
{
    std::vector<std::uint64_t> ids;
    for (; first <= last; ++first)
        ids.push_back(first);
    return ids;
}

inline std::string xmlEvent(int id)
{
    return "<Event><System><Provider Name=\"P\"/><EventID>1</EventID><EventRecordID>" + std::to_string(id)
        + "</EventRecordID><Channel>C</Channel><Computer>H</Computer></System></Event>\n";
}

/// A folder of its own for each test function, and a clock.
class FollowingTest
{
protected:
    std::unique_ptr<QTemporaryDir> m_folder = std::make_unique<QTemporaryDir>();
    std::shared_ptr<FakeClock> m_clock = std::make_shared<FakeClock>();

    void beginAnew() { *this = FollowingTest(); }

    std::filesystem::path path(const char *name) const
    {
        return m_folder->filePath(QString::fromLatin1(name)).toStdString();
    }

    /// The bytes of a log with the records [first, last], of which the first so many are always the same.
    std::string log(std::uint64_t first, std::uint64_t last, std::size_t perChunk = 0, int day = 0) const
    {
        const std::filesystem::path file = path("writing");
        EvtxWriter writer(file, {.dirty = true, .recordsPerChunk = perChunk, .firstRecordId = first});
        const auto scenario = sampleScenario();
        for (std::uint64_t id = first; id <= last; ++id) {
            RecordSpec record = scenario[id % scenario.size()];
            record.recordId.reset();
            record.time += std::chrono::days(day);
            if (record.written)
                *record.written += std::chrono::days(day);
            writer.add(record);
        }
        if (!writer.finish())
            qFatal("no log");
        return textOf(file);
    }

    FollowedFile follow(const std::filesystem::path &file, const std::string &bookmark = {}) const
    {
        return {file, bookmark, {.clock = m_clock}};
    }

    static constexpr std::size_t kHeader = 4096, kChunk = 65536;
};

} // namespace lolscope::test

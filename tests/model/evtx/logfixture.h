#pragma once

#include "model/evtx/eventreader.h"
#include "tests/model/evtx/evtxbytes.h"
#include "tests/support/evtxwriter.h"

#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace lolscope::test {

using Slots = std::vector<Slot>;
using Written = ValueType; ///< The writer's numbers, where the decoder's are in sight too.

inline std::string bytes(std::initializer_list<int> values)
{
    std::string text;
    for (const int value : values)
        text.push_back(static_cast<char>(value));
    return text;
}

inline Written type(int number)
{
    return static_cast<Written>(number);
}

inline RecordSpec sample(std::vector<DataField> data)
{
    RecordSpec record;
    record.computer = "WKS-042.corp.example";
    record.eventId = 3;
    record.version = 5;
    record.time = *parseTimestamp("2026-10-05T08:00:00.1234567Z");
    record.data = std::move(data);
    return record;
}

/// Event with a System part of fixed texts around `child`.
inline Element eventWith(Element child)
{
    Element system{.name = "System"};
    system.children = {{.name = "Provider", .attributes = {{"Name", std::string("Maker")}}},
                       {.name = "EventID", .content = std::string("7")},
                       {.name = "EventRecordID", .content = std::string("11")},
                       {.name = "Channel", .content = std::string("Here")},
                       {.name = "Computer", .content = std::string("PC")}};
    Element event{.name = "Event"};
    event.children = {std::move(system), std::move(child)};
    return event;
}

inline QString lines(const std::vector<std::pair<std::string, std::string>> &fields)
{
    QStringList text;
    for (const auto &[name, value] : fields)
        text << QString::fromStdString(name) + QLatin1Char('=') + QString::fromStdString(value);
    return text.join(QLatin1Char('|'));
}

/// The fields of the one event there is.
inline QString lines(const Read &read)
{
    return read.events.size() == 1 ? lines(read.events.front().data)
                                   : QStringLiteral("%1 events").arg(read.events.size());
}

/// Writes logs into a folder of its own, always the same file, and reads them back with openEvents().
class LogFixture
{
public:
    bool isValid() const { return m_folder.isValid(); }
    std::string path() const { return m_folder.filePath(QStringLiteral("test.evtx")).toStdString(); }

    std::string write(const std::vector<RecordSpec> &records, const EvtxOptions &options = {}) const
    {
        EvtxWriter writer(path(), options);
        for (const RecordSpec &record : records)
            writer.add(record);
        if (!writer.finish())
            qFatal("cannot write the log");
        return path();
    }
    Read readRecords(const std::vector<RecordSpec> &records) const
    {
        return readAll(openEvents(write(records)));
    }

    /// One chunk of these records.
    static std::string chunkOf(const std::vector<RecordBody> &bodies)
    {
        ChunkWriter chunk;
        std::uint64_t id = 0;
        for (const RecordBody &body : bodies)
            if (!chunk.add(++id, 0, body))
                qFatal("the record does not fit");
        return chunk.seal(1);
    }
    Read readBodies(const std::vector<RecordBody> &bodies) const
    {
        writeFile(path(), evtxFile({chunkOf(bodies)}));
        return readAll(openEvents(path()));
    }

private:
    QTemporaryDir m_folder;
};

} // namespace lolscope::test

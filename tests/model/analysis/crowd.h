#pragma once

#include "tests/model/caserecords.h"

#include <random>

namespace lolscope::samples {

/// The same numbers everywhere, unlike the standard's distributions.
class Dice
{
public:
    explicit Dice(std::uint32_t seed)
        : m_engine(seed)
    {}
    std::size_t below(std::size_t bound) { return m_engine() % bound; }
    template<typename T>
    void shuffle(std::vector<T> &values)
    {
        for (std::size_t i = values.size(); i > 1; --i)
            std::swap(values[i - 1], values[below(i)]);
    }

private:
    std::mt19937 m_engine;
};

inline const std::vector<std::string> kFewTimes = {
    "10:00:00.000", "10:00:01.000", "10:00:01.000", "10:00:03.500", "10:00:09.000", "10:05:00.000", ""};

/// Over an hour, in clumps: a PID has many runs, most of them far from what comes.
inline std::vector<std::string> manyTimes()
{
    std::vector<std::string> times = {""};
    for (const char *minute : {"00", "01", "08", "20", "21", "40", "59"})
        for (const char *second : {"00.000", "01.000", "03.500", "09.000", "14.000", "31.000"})
            times.push_back(std::string("10:") + minute + ':' + second);
    return times;
}

/// Few hosts, PIDs, programs, times: so that facts meet, tie and contradict each other.
inline std::vector<Record> crowd(Dice &dice, std::size_t count,
                                 const std::vector<std::string> &times = kFewTimes)
{
    const std::vector<std::string> guids = {"", "A", "B", "C", "D"};
    const std::vector<std::string> images = {"a.exe", "b.exe", "A.EXE"};
    const std::vector<std::string> addresses = {"192.0.2.1", "::ffff:192.0.2.1", "2001:db8:0:0:0:0:0:8"};
    const auto one = [&](const std::vector<std::string> &list) { return list[dice.below(list.size())]; };
    std::vector<Record> records;
    while (records.size() < count) {
        const auto pid = static_cast<int>(10 + dice.below(3));
        const auto parentPid = static_cast<int>(10 + dice.below(4));
        Record record;
        switch (dice.below(8)) {
        case 0:
            record = start(one(times), one(guids), pid, one(images),
                           childOf(one(guids), parentPid, one(images), one({"", "x", "y"})));
            break;
        case 1:
            record = end(one(times), one(guids), pid, one(images));
            break;
        case 2:
            record = connection(one(times), one(guids), pid, one(images), one(addresses), one({"1", "2"}));
            break;
        case 3:
            record = query(one(times), one(guids), pid, one(images), one({"x.example", "y.example"}),
                           one(addresses) + ';');
            break;
        case 4:
            record = start4688(one(times), pid, one(images), parentPid, one(images));
            break;
        case 5:
            record = end4689(one(times), pid, one(images));
            break;
        case 6:
            record = {7, one(times), {{"ProcessGuid", guid(one(guids))}, {"ImageLoaded", "C:\\x.dll"}}};
            break;
        default:
            record = connection5156(one(times), pid, one(images), one(addresses), one({"1", "2"}));
        }
        record.recordId = records.size() + 1;
        record.host = one({"HOST-1", "HOST-1", "host-1", "HOST-2"});
        records.push_back(std::move(record));
    }
    return records;
}

} // namespace lolscope::samples

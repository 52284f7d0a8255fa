#include "model/analysis/linking.h"

#include "model/base/text.h"

#include <algorithm>
#include <map>

namespace lolscope {

namespace {

struct PairHash
{
    std::size_t operator()(const std::pair<std::int64_t, std::uint64_t> &key) const
    {
        return std::hash<std::uint64_t>()(static_cast<std::uint64_t>(key.first) * 0x9E3779B97F4A7C15u
                                          ^ key.second);
    }
};
using HostKey = std::pair<std::int64_t, std::uint64_t>; // host and a PID, GUID or address

/// Starts of one PID looked at for one fact: a log in which more of them fall into seconds is forged, and
/// must not cost the square of its size.
constexpr int kMostTried = 256;

class Linker
{
public:
    explicit Linker(const LinkFacts &facts)
        : m_facts(facts)
    {}

    Links run()
    {
        addStarts();
        mergeSecurityStarts();
        addEnds();
        boundByNextStart();
        mergeSecurityConnections();
        linkUses();
        linkParents();
        cutCycles();
        linkNames();
        return std::move(m_links);
    }

private:
    const LinkFacts::Start &start(int process) const
    {
        return m_facts.starts[static_cast<std::size_t>(process)];
    }
    Links::Process &at(int process) { return m_links.processes[static_cast<std::size_t>(process)]; }

    TextId program(TextId image)
    {
        const auto [entry, added] = m_programs.try_emplace(image, 0);
        if (added)
            entry->second = m_names.id(foldCase(baseName(m_facts.texts.text(image))));
        return entry->second;
    }
    /// Whether two images may be the same program; an unknown one may be any.
    bool mayBeSame(TextId a, TextId b) { return a == 0 || b == 0 || program(a) == program(b); }

    void addStarts()
    {
        for (std::size_t i = 0; i < m_facts.starts.size(); ++i) {
            const auto &fact = m_facts.starts[i];
            Links::Process process;
            process.guid = fact.guid;
            process.host = fact.host;
            process.pid = fact.pid;
            process.image = fact.image;
            process.end = fact.end;
            if (fact.guid != 0) {
                const auto [entry, added] = m_byGuid.try_emplace({fact.host, fact.guid}, static_cast<int>(i));
                if (!added)
                    process.sameAs = entry->second; // the same start under another record id
            }
            m_links.processes.push_back(process);
            if (process.sameAs < 0 && fact.pid && fact.time)
                m_byPid[{fact.host, *fact.pid}].push_back(static_cast<int>(i)); // facts are in time order
        }
    }

    void mergeSecurityStarts()
    {
        for (auto &[key, list] : m_byPid) {
            for (const int second : list) {
                if (!start(second).fromSecurity)
                    continue;
                const Timestamp time = *start(second).time;
                auto other = std::lower_bound(
                    list.begin(), list.end(), time - kSameStart,
                    [&](int process, Timestamp limit) { return *start(process).time < limit; });
                for (int tried = 0;
                     other != list.end() && *start(*other).time <= time + kSameStart && tried < kMostTried;
                     ++other, ++tried)
                    if (!start(*other).fromSecurity && mayBeSame(start(*other).image, start(second).image)) {
                        at(second).sameAs = *other;
                        break;
                    }
            }
            std::erase_if(list, [&](int process) { return at(process).sameAs >= 0; });
        }
    }

    /// The run of `pid` that `time` falls into; -1 without one.
    int findByPid(std::int64_t host, const std::optional<std::uint32_t> &pid,
                  const std::optional<Timestamp> &time, TextId image, bool securityOnly = false)
    {
        if (!pid || !time)
            return -1;
        const auto list = m_byPid.find({host, *pid});
        if (list == m_byPid.end())
            return -1;
        auto next =
            std::upper_bound(list->second.begin(), list->second.end(), *time + kClockTolerance,
                             [&](Timestamp limit, int process) { return limit < *start(process).time; });
        for (int tried = 0; next != list->second.begin() && tried < kMostTried; ++tried) {
            const int process = *--next;
            const auto &end = at(process).end;
            if (end && !at(process).endIsBound && *end + kClockTolerance < *time)
                return -1; // it, and every run before it, had ended
            if (mayBeSame(start(process).image, image)
                && (!securityOnly || (start(process).fromSecurity && at(process).guid == 0)))
                return process;
            if (*start(process).time + kClockTolerance < *time)
                return -1; // the PID belonged to another program then
        }
        return -1;
    }

    int findByGuid(std::int64_t host, TextId guid) const
    {
        const auto found = m_byGuid.find({host, guid});
        return found == m_byGuid.end() ? -1 : found->second;
    }

    /// The process a fact is about, made if the evidence has no start of it.
    template<typename Fact>
    int processOf(const Fact &fact, TextId user)
    {
        if (fact.guid != 0) {
            int process = findByGuid(fact.host, fact.guid);
            if (process < 0) {
                // Perhaps only the Security log has its start.
                process = findByPid(fact.host, fact.pid, fact.time, fact.image, true);
                if (process < 0)
                    return make(ProcessSource::Derived, fact.host, fact.guid, fact.pid, fact.image, user);
                at(process).guid = fact.guid;
                m_byGuid[{fact.host, fact.guid}] = process;
            }
            return learn(process, fact, user);
        }
        if (!fact.pid)
            return -1;
        const int process = findByPid(fact.host, fact.pid, fact.time, fact.image);
        if (process >= 0)
            return process;
        const HostKey key{fact.host, static_cast<std::uint64_t>(*fact.pid) << 32 | program(fact.image)};
        const auto made = m_madeByPid.find(key);
        if (made != m_madeByPid.end())
            return learn(made->second, fact, user);
        return m_madeByPid[key] = make(ProcessSource::Derived, fact.host, 0, fact.pid, fact.image, user);
    }

    /// What the first facts of a made process left open.
    template<typename Fact>
    int learn(int index, const Fact &fact, TextId user)
    {
        auto &process = at(index);
        if (process.source == ProcessSource::Logged)
            return index;
        process.pid = process.pid ? process.pid : fact.pid;
        process.image = process.image != 0 ? process.image : fact.image;
        process.user = process.user != 0 ? process.user : user;
        return index;
    }

    int make(ProcessSource source, std::int64_t host, TextId guid, const std::optional<std::uint32_t> &pid,
             TextId image, TextId user)
    {
        const int index = static_cast<int>(m_links.processes.size());
        Links::Process process;
        process.source = source;
        process.host = host;
        process.guid = guid;
        process.pid = pid;
        process.image = image;
        process.user = user;
        m_links.processes.push_back(process);
        if (guid != 0)
            m_byGuid[{host, guid}] = index;
        return index;
    }

    void addEnds()
    {
        for (const auto &fact : m_facts.ends) {
            const int process = processOf(fact, 0);
            m_links.endProcesses.push_back(process);
            if (process >= 0 && fact.time && !at(process).end)
                at(process).end = fact.time;
        }
    }

    void boundByNextStart()
    {
        for (const auto &[key, list] : m_byPid)
            for (std::size_t i = 0; i + 1 < list.size(); ++i)
                if (!at(list[i]).end) {
                    at(list[i]).end = start(list[i + 1]).time;
                    at(list[i]).endIsBound = true;
                }
    }

    void linkUses()
    {
        // A second record makes no process of its own.
        for (std::size_t i = 0; i < m_facts.connections.size(); ++i)
            if (m_links.connections[i].sameAs < 0)
                m_links.connections[i].process =
                    processOf(m_facts.connections[i], m_facts.connections[i].user);
        for (auto &link : m_links.connections)
            if (link.sameAs >= 0)
                link.process = m_links.connections[static_cast<std::size_t>(link.sameAs)].process;
        for (const auto &fact : m_facts.queries)
            m_links.queryProcesses.push_back(processOf(fact, fact.user));
    }

    void linkParents()
    {
        for (std::size_t i = 0; i < m_facts.starts.size(); ++i) {
            const auto &fact = m_facts.starts[i];
            auto &child = m_links.processes[i];
            const bool named =
                fact.parentGuid != 0 || fact.parentImage != 0 || fact.parentPid.value_or(0) != 0;
            if (child.sameAs >= 0 || !named)
                continue;
            if (fact.parentGuid != 0 && fact.parentGuid == child.guid) {
                child.parentLink = ParentLink::Cut;
                continue;
            }
            // make() may move the processes, so `child` is not used after it.
            const int parent = parentOf(fact);
            auto &linked = m_links.processes[i];
            linked.parent = parent == static_cast<int>(i) ? -1 : parent;
            linked.parentLink = linked.parent < 0 ? ParentLink::Cut
                : fact.parentGuid != 0            ? ParentLink::Guid
                                                  : ParentLink::PidAndTime;
        }
    }

    int parentOf(const LinkFacts::Start &fact)
    {
        int parent = fact.parentGuid != 0 ? findByGuid(fact.host, fact.parentGuid) : -1;
        if (parent < 0) {
            parent = findByPid(fact.host, fact.parentPid, fact.time, fact.parentImage, fact.parentGuid != 0);
            if (parent >= 0 && fact.parentGuid != 0) {
                at(parent).guid = fact.parentGuid;
                m_byGuid[{fact.host, fact.parentGuid}] = parent;
            }
        }
        if (parent < 0 && fact.parentGuid == 0) {
            const HostKey key{fact.host,
                              static_cast<std::uint64_t>(fact.parentPid.value_or(0)) << 32
                                  | program(fact.parentImage)};
            const auto made = m_madeByPid.find(key);
            parent = made != m_madeByPid.end()
                ? made->second
                : (m_madeByPid[key] =
                       make(ProcessSource::Ghost, fact.host, 0, fact.parentPid, fact.parentImage, 0));
        }
        if (parent < 0)
            parent =
                make(ProcessSource::Ghost, fact.host, fact.parentGuid, fact.parentPid, fact.parentImage, 0);
        auto &process = at(parent);
        if (process.source != ProcessSource::Logged) { // what its child knows of it
            process.commandLine = process.commandLine != 0 ? process.commandLine : fact.parentCommandLine;
            process.image = process.image != 0 ? process.image : fact.parentImage;
        }
        return parent;
    }

    void cutCycles()
    {
        enum : char { New, OnPath, Done };
        std::vector<char> state(m_links.processes.size(), New);
        std::vector<int> path;
        for (std::size_t i = 0; i < m_links.processes.size(); ++i) {
            for (int process = static_cast<int>(i);
                 process >= 0 && state[static_cast<std::size_t>(process)] == New;) {
                state[static_cast<std::size_t>(process)] = OnPath;
                path.push_back(process);
                const int parent = at(process).parent;
                if (parent >= 0 && state[static_cast<std::size_t>(parent)] == OnPath) {
                    // The earliest of the ring cannot have come from the others; starts are in time order.
                    const int earliest =
                        *std::min_element(std::find(path.begin(), path.end(), parent), path.end());
                    at(earliest).parent = -1;
                    at(earliest).parentLink = ParentLink::Cut;
                    break;
                }
                process = at(process).parent;
            }
            for (const int process : path)
                state[static_cast<std::size_t>(process)] = Done;
            path.clear();
        }
    }

    void mergeSecurityConnections()
    {
        m_links.connections.resize(m_facts.connections.size());
        std::unordered_map<HostKey, std::vector<int>, PairHash> sysmon; // in time order
        const auto keyOf = [](const LinkFacts::Connection &fact) {
            return HostKey{fact.host, static_cast<std::uint64_t>(fact.pid.value_or(0)) << 32 | fact.tuple};
        };
        for (std::size_t i = 0; i < m_facts.connections.size(); ++i)
            if (const auto &fact = m_facts.connections[i]; !fact.fromSecurity && fact.time)
                sysmon[keyOf(fact)].push_back(static_cast<int>(i));
        for (std::size_t i = 0; i < m_facts.connections.size(); ++i) {
            const auto &fact = m_facts.connections[i];
            if (!fact.fromSecurity || !fact.time)
                continue;
            const auto list = sysmon.find(keyOf(fact));
            if (list == sysmon.end())
                continue;
            const auto timeOf = [&](int other) {
                return *m_facts.connections[static_cast<std::size_t>(other)].time;
            };
            const auto same =
                std::lower_bound(list->second.begin(), list->second.end(), *fact.time - kSameConnection,
                                 [&](int other, Timestamp limit) { return timeOf(other) < limit; });
            if (same == list->second.end() || timeOf(*same) > *fact.time + kSameConnection)
                continue;
            m_links.connections[i].sameAs = *same;
        }
    }

    struct Asked
    {
        Timestamp time;
        int query;
    };
    using AskedByAddress = std::unordered_map<HostKey, std::vector<Asked>, PairHash>;

    /// The query nearest to `time`, none later than the tolerance; -1 without one.
    static int nearest(const AskedByAddress &asked, const HostKey &key, Timestamp time)
    {
        const auto list = asked.find(key);
        if (list == asked.end())
            return -1;
        const auto &queries = list->second;
        const auto after =
            std::upper_bound(queries.begin(), queries.end(), time,
                             [](Timestamp limit, const Asked &entry) { return limit < entry.time; });
        const bool hasBefore = after != queries.begin();
        const bool hasAfter = after != queries.end() && after->time - time <= kClockTolerance;
        if (hasBefore && (!hasAfter || time - std::prev(after)->time <= after->time - time))
            return std::prev(after)->query;
        return hasAfter ? after->query : -1;
    }

    void linkNames()
    {
        AskedByAddress byProcess, byHost;
        for (std::size_t i = 0; i < m_facts.queries.size(); ++i) {
            const auto &fact = m_facts.queries[i];
            if (!fact.time)
                continue;
            for (const TextId address : fact.addresses) {
                const Asked asked{*fact.time, static_cast<int>(i)};
                byHost[{fact.host, address}].push_back(asked);
                if (m_links.queryProcesses[i] >= 0)
                    byProcess[{m_links.queryProcesses[i], address}].push_back(asked);
            }
        }
        for (std::size_t i = 0; i < m_facts.connections.size(); ++i) {
            const auto &fact = m_facts.connections[i];
            auto &link = m_links.connections[i];
            if (!fact.time || fact.address == 0)
                continue;
            link.asked =
                link.process >= 0 ? nearest(byProcess, {link.process, fact.address}, *fact.time) : -1;
            link.askedBySameProcess = link.asked >= 0;
            if (link.asked < 0)
                link.asked = nearest(byHost, {fact.host, fact.address}, *fact.time);
        }
    }

    const LinkFacts &m_facts;
    Links m_links;
    TextPool m_names;
    std::unordered_map<TextId, TextId> m_programs; // image -> its folded file name
    std::unordered_map<HostKey, int, PairHash> m_byGuid;
    std::map<HostKey, std::vector<int>> m_byPid; // logged starts with a time, in time order
    std::unordered_map<HostKey, int, PairHash> m_madeByPid;
};

} // namespace

Links linkProcesses(const LinkFacts &facts)
{
    return Linker(facts).run();
}

} // namespace lolscope

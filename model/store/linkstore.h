#pragma once

#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/rows.h"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace lolscope {

/// Texts as small numbers, each once. 0 is the empty text.
class TextPool
{
public:
    TextPool() { id(""); }
    std::uint32_t id(std::string_view text);
    const std::string &text(std::uint32_t id) const { return *m_texts[id]; }

private:
    std::unordered_map<std::string, std::uint32_t> m_ids;
    std::vector<const std::string *> m_texts; // into m_ids, whose nodes do not move
};
using TextId = std::uint32_t;

/// The facts of a case as linking sees them. Small rows, because there may be millions.
struct LinkFacts
{
    struct Start
    {
        std::int64_t row = 0; ///< process.id
        std::int64_t host = 0;
        bool fromSecurity = false;
        TextId guid = 0, image = 0, parentGuid = 0, parentImage = 0;
        std::int64_t parentCommandLine = 0; ///< shared_text.id; 0 without one.
        std::optional<std::uint32_t> pid, parentPid;
        std::optional<Timestamp> time;
        /// Linked before with all that it depends on, and read for what others need of it: the GUID is also
        /// what it has learnt, and `end` the end that was found for it.
        bool isSettled = false;
        std::optional<Timestamp> end;
        bool keepsParent = false; ///< Of one that is read for something else; its parent is left out.
    };
    struct End
    {
        std::int64_t row = 0; ///< process_end.event_id
        std::int64_t host = 0;
        TextId guid = 0, image = 0;
        std::optional<std::uint32_t> pid;
        std::optional<Timestamp> time;
    };
    struct Connection
    {
        std::int64_t row = 0;
        std::int64_t host = 0;
        bool fromSecurity = false;
        TextId guid = 0, image = 0, user = 0;
        std::optional<std::uint32_t> pid;
        std::optional<Timestamp> time;
        TextId tuple = 0; ///< Protocol, direction and both ends in one form, to tell equal connections.
        TextId address = 0; ///< Destination in one form; 0 when it is no address.
    };
    struct Query
    {
        std::int64_t row = 0;
        std::int64_t host = 0;
        TextId guid = 0, image = 0, user = 0;
        std::optional<std::uint32_t> pid;
        std::optional<Timestamp> time;
        std::vector<TextId> addresses; ///< Of its answers.
    };
    std::int64_t lastEvent = 0; ///< All facts of events up to this one are here.
    TextPool texts;
    std::vector<Start>
        starts; ///< In time order, then by content, those without a time last; so are the others.
    std::vector<End> ends;
    std::vector<Connection> connections;
    std::vector<Query> queries;
};

/// Processes by index: first those of LinkFacts::starts in their order, then made ones (derived, ghosts).
struct Links
{
    struct Process
    {
        int sameAs = -1; ///< Index of the process this start is a second record of.
        int parent = -1;
        ParentLink parentLink = ParentLink::None;
        std::optional<Timestamp> end;
        bool endIsBound = false;
        TextId guid = 0; ///< May be learnt from a connection or child for a start of the Security log.
        // Of made processes only:
        ProcessSource source = ProcessSource::Logged;
        std::int64_t host = 0;
        std::optional<std::uint32_t> pid;
        TextId image = 0, user = 0;
        std::int64_t commandLine = 0; ///< shared_text.id; 0 without one.
    };
    struct Connection
    {
        int process = -1;
        int sameAs = -1; ///< Index of the connection this is a second record of.
        int asked = -1; ///< Index of the DNS query.
        bool askedBySameProcess = false;
    };
    std::vector<Process> processes;
    std::vector<int> endProcesses;
    std::vector<Connection> connections;
    std::vector<int> queryProcesses;
};

/// Conditions in SQL on the rows to be read, by the tables of LinkFacts; empty for all of them.
struct FactSelection
{
    std::string starts, ends, connections, queries;
};
Result<LinkFacts> linkFacts(const CaseFile &file, const FactSelection &which = {});

/// Makes the indexes by which queries find events, where they are missing.
Result<void> indexEvents(CaseFile &file);

/// Replaces the links of the case, derived processes and ghosts included, in one transaction that also marks
/// them up to date; unless another program has added events meanwhile, which are not linked then.
Result<void> saveLinks(CaseFile &file, const LinkFacts &facts, const Links &links);

} // namespace lolscope

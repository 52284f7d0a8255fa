#include "app/pipeline/alertbuilder.h"

#include "app/pipeline/correlating.h"
#include "app/pipeline/eventsubject.h"
#include "model/base/ipaddress.h"
#include "model/base/sha256.h"
#include "model/base/text.h"
#include "model/store/facts.h"

#include <algorithm>
#include <charconv>

namespace lolscope {

namespace {

int portNumber(const std::string &text)
{
    int port = 0;
    std::from_chars(text.data(), text.data() + text.size(), port);
    return port;
}

/// Whether a field names the computer of the event.
bool namesOwnHost(const JoinedEvent &event, std::string_view field)
{
    const auto label = [](std::string_view name) { return foldCase(name.substr(0, name.find('.'))); };
    const auto name = fieldOf(event.event, field);
    return name && !name->empty() && label(*name) == label(event.event.computer);
}

/// The other end of a connection, and the port that stays the same over its hits. Of an accepted connection
/// Sysmon versions differ in which end they call the destination: ours is the one that bears our name, else
/// the one with the lower port, which listens.
struct OtherEnd
{
    std::string address, port;
    bool isDestination = true;
};
OtherEnd otherEnd(const JoinedEvent &event)
{
    const std::string destination = event.destAddress.empty() ? foldCase(event.destIp) : event.destAddress;
    if (event.initiated.value_or(true))
        return {destination, event.destPort, true};
    const bool ownSource = namesOwnHost(event, "SourceHostname");
    const bool ownDestination = namesOwnHost(event, "DestinationHostname");
    if (ownSource != ownDestination ? ownSource : portNumber(event.destPort) > portNumber(event.sourcePort))
        return {destination, event.sourcePort, true};
    const std::string source = addressText(event.sourceIp);
    return {source.empty() ? foldCase(event.sourceIp) : source, event.destPort, false};
}

/// What an alert is about besides its process: the name asked for, else the address.
std::string destinationOf(const JoinedEvent &event)
{
    if (event.dnsQuery)
        return foldCase(event.queryName);
    const bool opened = event.initiated.value_or(true);
    return opened && !event.askedName.empty() ? foldCase(event.askedName) : otherEnd(event).address;
}

std::string matchAlertId(const std::string &ruleId, const JoinedEvent &event)
{
    constexpr std::size_t kBytes = 16; // 32 hex digits
    Sha256 hash;
    hash.add(ruleId).add(foldCase(event.event.computer));
    hash.add(event.process ? event.processKey : subjectOf(event.unjoined()).key());
    hash.add(destinationOf(event));
    hash.add(otherEnd(event).port);
    hash.add(event.dnsQuery ? "dns" : event.protocol);
    return hex(hash.digest(), kBytes);
}

AlertRow firstRow(const std::string &id, const sigma::Rule &rule, const JoinedEvent &event)
{
    AlertRow row;
    row.id = id;
    row.ruleId = rule.id;
    row.process = event.process;
    row.image = event.image;
    row.user = event.user == "-" ? std::string() : event.user;
    if (row.user.empty() && !event.process)
        row.user = subjectOf(event.unjoined()).account;
    if (event.dnsQuery) {
        row.destName = event.queryName;
        row.destNameSource = NameSource::Asked;
        row.protocol = "dns";
    } else if (event.connection) {
        const OtherEnd other = otherEnd(event);
        const bool asked = event.initiated.value_or(true) && !event.askedName.empty();
        row.destName = asked ? event.askedName : other.isDestination ? event.reverseName : std::string();
        row.destNameSource = row.destName.empty() ? NameSource::None
            : asked                               ? NameSource::Asked
                                                  : NameSource::Reverse;
        row.destIp = other.address;
        row.destPort = other.port;
        row.protocol = event.protocol;
        row.destScope = addressScope(other.address);
        row.initiated = event.initiated;
    }
    return row;
}

/// Kinds in the order things happen: the start, then the rest by number.
std::string shapeText(const std::set<std::string> &shape)
{
    std::string text;
    for (const char *start : {"4688", "1"})
        if (shape.contains(start))
            text += (text.empty() ? "" : "+") + std::string(start);
    std::vector<std::string> rest(shape.begin(), shape.end());
    std::erase_if(rest, [](const std::string &kind) { return kind == "4688" || kind == "1"; });
    std::sort(rest.begin(), rest.end(),
              [](const auto &a, const auto &b) { return portNumber(a) < portNumber(b); });
    for (const std::string &kind : rest)
        text += (text.empty() ? "" : "+") + kind;
    return text;
}

} // namespace

std::string alertId(const Match &match, const JoinedEvent &event)
{
    return match.rule->correlation ? correlationAlertId(match) : matchAlertId(match.rule->id, event);
}

std::vector<DetectionRow::Matched> storedMatch(const Match &match)
{
    std::vector<DetectionRow::Matched> matched;
    for (const MatchedValue &value : match.matched)
        matched.push_back({value.field, value.value, value.test, value.source});
    return matched;
}

bool AlertBuilder::isEarlier(const std::optional<Timestamp> &time, const std::optional<std::uint64_t> &record,
                             const Draft &draft)
{
    if (time && (!draft.row.firstSeen || *time != *draft.row.firstSeen))
        return !draft.row.firstSeen || *time < *draft.row.firstSeen;
    return time == draft.row.firstSeen && record < draft.firstRecord;
}

void AlertBuilder::resume(const AlertRow &row, const JoinedEvent &event)
{
    Draft &draft = m_drafts[row.id];
    draft.row = row;
    draft.host = event.host;
    for (std::size_t from = 0; from < row.shape.size();) {
        const std::size_t to = std::min(row.shape.find('+', from), row.shape.size());
        draft.shape.insert(row.shape.substr(from, to - from));
        from = to + 1;
    }
}

Result<void> AlertBuilder::addDetection(const Match &match, const JoinedEvent &event, DetectionWriter &writer)
{
    const std::string id = alertId(match, event);
    add(id, match, event);
    return writer.addDetection(match.rule->id, id, event, storedMatch(match));
}

void AlertBuilder::add(const std::string &id, const Match &match, const JoinedEvent &event)
{
    const bool isCorrelation = match.rule->correlation != nullptr;
    const auto time = eventTime(event.event);
    const auto [entry, added] = m_drafts.try_emplace(id);
    Draft &draft = entry->second;
    const AlertRow before = isCorrelation ? draft.row : AlertRow();
    if (added || isEarlier(time, event.event.recordId, draft)) {
        const auto hits = draft.row.hits;
        const auto last = draft.row.lastSeen;
        draft.row = firstRow(id, *match.rule, event);
        draft.row.hits = hits;
        draft.row.lastSeen = last;
        draft.row.firstSeen = time;
        draft.firstRecord = event.event.recordId;
        draft.host = event.host;
    }
    if (isCorrelation) {
        fillGaps(draft.row, before);
        fillGaps(draft.row, firstRow(id, *match.rule, event));
    }
    ++draft.row.hits;
    if (time && (!draft.row.lastSeen || *draft.row.lastSeen < *time))
        draft.row.lastSeen = time;
    if (!event.startShape.empty())
        draft.shape.insert(event.startShape);
    draft.shape.insert(std::to_string(event.event.eventId));
    if (!event.askedName.empty() && event.initiated.value_or(true))
        draft.shape.insert("22");
}

std::vector<std::string> AlertBuilder::ids() const
{
    std::vector<std::string> ids;
    for (const auto &[id, draft] : m_drafts)
        ids.push_back(id);
    return ids;
}

Result<void> AlertBuilder::write(DetectionWriter &writer)
{
    for (auto &[id, draft] : m_drafts) {
        draft.row.shape = shapeText(draft.shape);
        if (auto written = writer.addAlert(draft.row, draft.host); !written)
            return written;
    }
    return {};
}

} // namespace lolscope

#include "model/live/jsonevent.h"

#include "model/base/text.h"
#include "model/evtx/eventtag.h"
#include "model/evtx/eventxml.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <utility>

namespace lolscope {

namespace {

using rapidjson::Value;

/// Deepest nesting of a value. UserData of real events needs 4.
constexpr int kDeepest = 16;

std::string_view textOf(const Value &value)
{
    if (value.IsString()) // numbers too: they are parsed as their text
        return {value.GetString(), value.GetStringLength()};
    return value.IsBool() ? (value.GetBool() ? "true" : "false") : std::string_view();
}

const Value *member(const Value &object, const char *name)
{
    const auto found = object.FindMember(name);
    return found == object.MemberEnd() ? nullptr : &found->value;
}
const Value *objectIn(const Value &object, const char *name)
{
    const Value *value = member(object, name);
    return value && value->IsObject() ? value : nullptr;
}

template<typename Number>
std::optional<Number> numberOf(std::string_view text)
{
    Number number = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
    return status == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(number)
                                                                                      : std::nullopt;
}

/// Seconds since 1970 with a fraction, read digit by digit: a double would lose some.
std::optional<Timestamp> epochTime(std::string_view text)
{
    constexpr std::int64_t kTicksPerSecond = 10'000'000;
    constexpr std::int64_t kMostSeconds = 100'000'000'000; // year 5138; larger numbers are milliseconds
    const auto point = text.find('.');
    auto whole = numberOf<std::int64_t>(text.substr(0, point));
    if (!whole || *whole < 0)
        return {};
    std::int64_t ticks = 0;
    std::string_view fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
    for (std::int64_t unit = kTicksPerSecond / 10; unit > 0 && !fraction.empty(); unit /= 10) {
        if (fraction[0] < '0' || fraction[0] > '9')
            return {};
        ticks += (fraction[0] - '0') * unit;
        fraction.remove_prefix(1);
    }
    if (*whole > kMostSeconds) {
        ticks = *whole % 1000 * (kTicksPerSecond / 1000);
        *whole /= 1000;
        if (*whole > kMostSeconds)
            return {};
    }
    return Timestamp(Ticks(*whole * kTicksPerSecond + ticks));
}

/// ISO 8601 with `Z`, an offset (`+02:00`, `+0200`) or neither; or a number.
std::optional<Timestamp> timeOf(std::string_view text)
{
    if (text.find_first_not_of("0123456789.") == std::string_view::npos)
        return epochTime(text);
    constexpr std::size_t kDateAndTime = 19;
    const auto sign =
        text.size() > kDateAndTime ? text.find_first_of("+-", kDateAndTime) : std::string_view::npos;
    if (sign == std::string_view::npos)
        return parseTimestamp(text);
    std::string offset(text.substr(sign + 1));
    std::erase(offset, ':');
    const auto hours = numberOf<int>(std::string_view(offset).substr(0, 2));
    const auto minutes =
        numberOf<int>(offset.size() == 4 ? std::string_view(offset).substr(2) : std::string_view());
    const auto local = parseTimestamp(text.substr(0, sign));
    if (!local || !hours || !minutes)
        return {};
    const Ticks shift = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    return text[sign] == '+' ? *local - shift : *local + shift;
}

bool isBareGuid(std::string_view text)
{
    if (text.size() != 36)
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-'
                 : std::string_view("0123456789abcdefABCDEF").find(text[i]) == std::string_view::npos)
            return false;
    }
    return true;
}

std::string upper(std::string_view text)
{
    std::string result(text);
    for (char &c : result)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return result;
}

class Builder
{
public:
    explicit Builder(EventBatch &batch)
        : m_batch(batch)
    {}

    bool fromSystem(const Value &root)
    {
        const Value *system = objectIn(root, "System");
        if (!system)
            return false;
        for (const auto &[name, value] : system->GetObject())
            leaves(textOf(name), value, 0,
                   [this](std::string_view field, std::string_view text) { setSystem(field, text); });
        if (const Value *rendering = objectIn(root, "RenderingInfo"))
            leavesBelow(*rendering,
                        [this](std::string_view field, std::string_view text) { rendered(field, text); });
        if (const Value *message = member(root, "Message"))
            rendered("Message", textOf(*message));
        for (const char *data :
             {"EventData", "UserData", "BinaryEventData", "ProcessingErrorData", "DebugData"})
            if (const Value *value = member(root, data))
                addData(data, *value);
        return true;
    }

    bool fromWinlogbeat(const Value &root)
    {
        const Value *winlog = objectIn(root, "winlog");
        if (!winlog)
            return false;
        take(*winlog, "provider_name", "Provider_Name");
        take(*winlog, "provider_guid", "Provider_Guid");
        take(*winlog, "channel", "Channel");
        take(*winlog, "computer_name", "Computer");
        take(*winlog, "event_id", "EventID");
        take(*winlog, "record_id", "EventRecordID");
        take(*winlog, "version", "Version");
        take(*winlog, "activity_id", "Correlation_ActivityID");
        take(*winlog, "related_activity_id", "Correlation_RelatedActivityID");
        take(*winlog, "task", "RenderingInfo_Task");
        take(*winlog, "opcode", "RenderingInfo_Opcode");
        if (const Value *keywords = member(*winlog, "keywords"))
            leaves("Keyword", *keywords, 0,
                   [this](std::string_view field, std::string_view text) { rendered(field, text); });
        if (const Value *process = objectIn(*winlog, "process")) {
            take(*process, "pid", "Execution_ProcessID");
            if (const Value *thread = objectIn(*process, "thread"))
                take(*thread, "id", "Execution_ThreadID");
        }
        if (const Value *user = objectIn(*winlog, "user"))
            take(*user, "identifier", "Security_UserID");
        take(root, "@timestamp", "TimeCreated_SystemTime");
        take(root, "message", "RenderingInfo_Message");
        if (const Value *log = objectIn(root, "log"))
            if (const Value *level = member(*log, "level"))
                m_event.level = levelOf(textOf(*level));
        for (const char *data : {"event_data", "user_data"})
            if (const Value *value = member(*winlog, data))
                addData(data, *value);
        return true;
    }

    bool fromNxlog(const Value &root)
    {
        if (!member(root, "EventID") || !(member(root, "SourceName") || member(root, "Channel")))
            return false;
        const bool namesExecution = member(root, "ExecutionProcessID") != nullptr;
        for (const auto &[key, value] : root.GetObject()) {
            const std::string_view name = textOf(key);
            const auto *const known = std::find_if(std::begin(kNxlog), std::end(kNxlog),
                                                   [&](const auto &pair) { return pair.first == name; });
            if (known != std::end(kNxlog))
                setSystem(known->second, textOf(value));
            else if (name == "ProcessID" && !namesExecution) // as versions before 4.? call it
                setSystem("Execution_ProcessID", textOf(value));
            else if (name == "SeverityValue")
                m_event.level = m_event.level != 0 ? m_event.level : levelOfSeverity(textOf(value));
            else if (std::find(std::begin(kNxlogOwn), std::end(kNxlogOwn), name) == std::end(kNxlogOwn))
                leaves(name, value, 0,
                       [this](std::string_view field, std::string_view text) { add(m_data, field, text); });
        }
        if (const Value *type = member(root, "EventType"); type && textOf(*type).starts_with("AUDIT_"))
            m_event.level = 0; // as the Security log has it
        return true;
    }

    /// Error: Corrupt, when what was taken is no event.
    Result<Event> finish()
    {
        if (!m_size.isAllowed())
            return fail(ErrorCode::TooLarge, EventSize::kExceeded);
        if (m_failure)
            return fail(ErrorCode::Corrupt, m_failure);
        if (m_event.provider.empty())
            m_event.provider = providerBesideName(m_system);
        m_event.system = m_batch.keep(std::span<const Field>(m_system));
        m_event.data = m_batch.keep(std::span<const Field>(m_data));
        return m_event;
    }

private:
    /// im_msvistalog's names for System values.
    static constexpr std::pair<std::string_view, std::string_view> kNxlog[] = {
        {"SourceName", "Provider_Name"},
        {"ProviderGuid", "Provider_Guid"},
        {"Channel", "Channel"},
        {"Hostname", "Computer"},
        {"EventID", "EventID"},
        {"RecordNumber", "EventRecordID"},
        {"EventTime", "TimeCreated_SystemTime"},
        {"Version", "Version"},
        {"LevelValue", "Level"},
        {"TaskValue", "Task"},
        {"Task", "Task"},
        {"OpcodeValue", "Opcode"},
        {"Keywords", "Keywords"},
        {"ActivityID", "Correlation_ActivityID"},
        {"RelatedActivityID", "Correlation_RelatedActivityID"},
        {"ExecutionProcessID", "Execution_ProcessID"},
        {"ExecutionThreadID", "Execution_ThreadID"},
        {"ThreadID", "Execution_ThreadID"},
        {"UserID", "Security_UserID"},
        {"Domain", "Security_Domain"},
        {"AccountName", "Security_AccountName"},
        {"AccountType", "Security_AccountType"},
        {"Message", "RenderingInfo_Message"},
        {"Category", "RenderingInfo_Task"},
        {"Opcode", "RenderingInfo_Opcode"},
    };
    /// What NXLog says of itself, or in other words again.
    static constexpr std::string_view kNxlogOwn[] = {"EventReceivedTime", "SourceModuleName",
                                                     "SourceModuleType", "Severity", "EventType"};

    static std::uint32_t levelOf(std::string_view name)
    {
        constexpr std::string_view kLevels[] = {"", "critical", "error", "warning", "information", "verbose"};
        const auto *const found = std::find(std::begin(kLevels), std::end(kLevels), foldCase(name));
        return found == std::end(kLevels) ? 0 : static_cast<std::uint32_t>(found - std::begin(kLevels));
    }
    /// NXLog counts 1 debug ... 5 critical; Windows 5 verbose ... 1 critical.
    static std::uint32_t levelOfSeverity(std::string_view text)
    {
        const auto severity = numberOf<std::uint32_t>(text).value_or(0);
        return severity >= 1 && severity <= 5 ? 6 - severity : 0;
    }

    std::string_view keep(std::string_view text) { return m_batch.keep(text); }

    void add(std::vector<Field> &fields, std::string_view name, std::string_view value)
    {
        if (!m_size.add(name, value))
            return; // finish() says so
        std::string plain(name);
        std::erase(plain, ' '); // Sigma field names have no blanks
        const bool isGuid = isBareGuid(value) && foldCase(plain).ends_with("guid");
        fields.push_back({keep(plain), isGuid ? keep('{' + upper(value) + '}') : keep(value)});
    }

    void rendered(std::string_view field, std::string_view text)
    {
        if (!text.empty())
            add(m_system, "RenderingInfo_" + std::string(field), text);
    }

    void take(const Value &object, const char *name, std::string_view field)
    {
        if (const Value *value = member(object, name))
            setSystem(field, textOf(*value));
    }

    template<typename T, typename Target>
    void setNumber(std::string_view field, std::string_view text, Target &target)
    {
        if (const auto number = numberOf<T>(text))
            target = *number;
        else if (!text.empty())
            add(m_system, field, text); // so that a value of 0 can be told from one that could not be read
    }

    void setSystem(std::string_view field, std::string_view text)
    {
        if (field == "Provider_Name") {
            m_event.provider = keep(text);
        } else if (field == "Channel") {
            m_event.channel = keep(text);
        } else if (field == "Computer") {
            m_event.computer = keep(text);
        } else if (field == "EventID") {
            setNumber<std::uint32_t>(field, text, m_event.eventId);
            m_event.eventId &= 0xffff;
        } else if (field == "Version") {
            setNumber<std::uint32_t>(field, text, m_event.version);
        } else if (field == "Level") {
            setNumber<std::uint32_t>(field, text, m_event.level);
        } else if (field == "EventRecordID") {
            setNumber<std::uint64_t>(field, text, m_event.recordId);
        } else if (field == "TimeCreated_SystemTime") {
            m_event.timeCreated = timeOf(text);
            if (!m_event.timeCreated && !text.empty())
                add(m_system, field, text);
        } else if (field == "Keywords") {
            add(m_system, field, hexadecimal(text));
        } else if (!text.empty() && field.find("_xmlns") == std::string_view::npos) {
            add(m_system, field, text);
        }
    }

    /// Keywords are hexadecimal in a record, and may come as a signed or unsigned number here.
    static std::string hexadecimal(std::string_view text)
    {
        auto number = numberOf<std::uint64_t>(text);
        if (!number)
            if (const auto negative = numberOf<std::int64_t>(text))
                number = static_cast<std::uint64_t>(*negative);
        if (!number)
            return std::string(text);
        char digits[16];
        const auto end = std::to_chars(std::begin(digits), std::end(digits), *number, 16).ptr;
        return "0x" + std::string(digits, end);
    }

    void addData(std::string_view name, const Value &data)
    {
        const auto use = [this](std::string_view field, std::string_view text) { add(m_data, field, text); };
        if (data.IsObject())
            leavesBelow(data, use);
        else if (!data.IsNull())
            leaves(name, data, 0, use);
    }

    /// The members of an object, its own attributes apart.
    template<typename Use>
    void leavesBelow(const Value &object, const Use &use)
    {
        for (const auto &[name, value] : object.GetObject())
            if (textOf(name) != "#attributes" && textOf(name) != "xmlns")
                leaves(textOf(name), value, 0, use);
    }

    /// Every scalar in `value` by its name; of System values that are objects as Element_Attribute.
    template<typename Use>
    void leaves(std::string_view name, const Value &value, int depth, const Use &use)
    {
        if (depth > kDeepest) {
            m_failure = "JSON nested too deep for an event";
            return;
        }
        if (value.IsArray()) {
            for (const Value &item : value.GetArray())
                leaves(name, item, depth + 1, use);
            return;
        }
        if (!value.IsObject()) {
            use(name, textOf(value));
            return;
        }
        const bool ofSystem = kSystemElements.find(name) != std::string_view::npos && name.size() > 3;
        for (const auto &[key, inner] : value.GetObject()) {
            const std::string_view part = textOf(key);
            if (!m_size.isAllowed())
                return;
            if (part == "#attributes" && inner.IsObject()) {
                for (const auto &[attribute, text] : inner.GetObject())
                    if (!textOf(attribute).starts_with("xmlns") && m_size.isAllowed())
                        leaves(joined(name, textOf(attribute)), text, depth + 1, use);
            } else if (part == "#text" || (part == "Value" && ofSystem)) {
                leaves(name, inner, depth + 1, use);
            } else if (ofSystem) {
                leaves(joined(name, part), inner, depth + 1, use);
            } else {
                leaves(part, inner, depth + 1, use);
            }
        }
    }
    /// Counted, since it is made whether or not a scalar is below.
    std::string joined(std::string_view element, std::string_view attribute)
    {
        std::string name = std::string(element) + '_' + std::string(attribute);
        m_size.add(name, {});
        return name;
    }
    /// Elements of System that have attributes.
    static constexpr std::string_view kSystemElements =
        "Provider EventID TimeCreated Correlation Execution Security Version Level Task Opcode Keywords";

    EventBatch &m_batch;
    Event m_event;
    std::vector<Field> m_system;
    std::vector<Field> m_data;
    EventSize m_size;
    const char *m_failure = nullptr;
};

/// The record's XML, where the object carries it.
std::string_view xmlIn(const Value &root)
{
    const Value *original = objectIn(root, "event");
    original = original ? member(*original, "original") : nullptr;
    for (const Value *value :
         {original, member(root, "EventXML"), member(root, "data"), member(root, "MESSAGE")})
        if (value && value->IsString())
            if (const std::string_view text = textOf(*value); beginsEvent(text))
                return text;
    return {};
}

} // namespace

Result<Event> parseEventJson(std::string_view json, EventBatch &batch)
{
    const std::string text = validUtf8(json);
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag>(text.data(),
                                                                                           text.size());
    if (document.HasParseError())
        return fail(ErrorCode::Corrupt,
                    std::string("not JSON: ") + rapidjson::GetParseError_En(document.GetParseError()), {},
                    document.GetErrorOffset());
    if (!document.IsObject())
        return fail(ErrorCode::Corrupt, "JSON, but no object", {}, 0);
    if (const std::string_view xml = xmlIn(document); !xml.empty()) {
        auto event = parseEventXml(xml, batch);
        if (event)
            event->xml = batch.keep(xml);
        return event;
    }
    const Value *inner = objectIn(document, "Event");
    Builder builder(batch);
    if (builder.fromSystem(inner ? *inner : static_cast<const Value &>(document))
        || builder.fromWinlogbeat(document) || builder.fromNxlog(document))
        return builder.finish();
    return fail(ErrorCode::Corrupt, "JSON, but no event in a shape that is known", {}, 0);
}

} // namespace lolscope

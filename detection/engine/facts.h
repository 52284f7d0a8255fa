#pragma once

#include "detection/sigma/logsource.h"
#include "model/base/event.h"
#include "model/base/joinedfields.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope {

/// One value of a field as a rule sees it.
struct FactValue
{
    std::string_view field; ///< The name it has in the event.
    std::string_view text; ///< What tests look at.
    std::string_view recorded; ///< What the event holds; another text where the log writes codes (`%%14593`).
    FieldSource source = FieldSource::Event;
};

/// The fields that the rules of a group ask for, by number, and the names that lead to them.
class FieldTable
{
public:
    /// The number of the field that rules call `name`, which `aliases` may find under another name in the
    /// record. Names have to outlive the table.
    std::uint32_t add(std::string_view name, std::span<const sigma::FieldAlias> aliases);
    std::size_t size() const { return m_fields.size(); }

    /// Whether joining may give this field values.
    bool isJoinable(std::uint32_t field) const
    {
        return m_fields[field].askedName || m_fields[field].startName || m_fields[field].startRecorded;
    }

private:
    friend class Facts;

    enum class System : std::uint8_t {
        Other,
        EventId,
        Level,
        Version,
        RecordId,
        Provider,
        Channel,
        Computer,
        Time
    };
    struct Field
    {
        std::uint32_t name;
        std::uint32_t recorded; ///< Name the record has it by; kNone without an alias.
        const sigma::FieldAlias *alias; ///< Null without one.
        System system;
        std::uint64_t systemBit; ///< Among those of the names in Event::system, as in a Bloom filter.
        bool askedName; ///< One of its names is kAskedNameField.
        bool startName, startRecorded; ///< Its name, and that of its record, are among kProcessStartFields.
    };
    static constexpr std::uint32_t kNone = 0xFFFF'FFFFU;

    std::uint32_t nameNumber(std::string_view name);
    std::uint32_t findName(std::string_view name) const;
    static std::uint64_t hashOf(std::string_view name);
    void place(std::uint32_t number);

    std::vector<Field> m_fields;
    std::vector<std::string_view> m_names;
    std::vector<std::vector<std::uint32_t>> m_fieldsOfName;
    std::vector<std::uint32_t> m_places; ///< Open addressing over names.
};

/// The values of one event by the fields of a table. Reused from event to event; views into the event, which
/// has to outlive what is asked.
/// EventData hides a System value of the same name (Sigma taxonomy; System/104 has its own `Channel`).
class Facts
{
public:
    void read(const FieldTable &table, const Event &event);

    std::span<const FactValue> valuesOf(std::uint32_t field) const
    {
        return {m_values.data() + m_starts[field], m_starts[field + 1] - m_starts[field]};
    }
    /// Whether joining may still change the values of the field.
    bool mayGain(const FieldTable &table, std::uint32_t field, JoinGains gains) const;

    /// For keywords: what the record says, without joined values.
    std::span<const FactValue> recordValues(const Event &event);

private:
    void addField(const FieldTable::Field &field, std::string_view name, const Event &event);
    void addChain(std::uint32_t name, bool joinedOnly);
    void addComposed(const sigma::FieldAlias &alias, const Event &event);
    void addSystem(const FieldTable::Field &field, std::string_view name, const Event &event);
    std::string_view number(std::uint64_t value, std::size_t buffer);

    struct Link
    {
        const Field *field;
        std::uint32_t next;
    };
    std::vector<std::uint32_t> m_first, m_last; ///< By name: links of its values; FieldTable::kNone for none.
    std::vector<Link> m_links;
    std::vector<std::uint32_t> m_starts; ///< By field, into m_values.
    std::vector<FactValue> m_values;
    std::vector<FactValue> m_all;
    std::deque<std::string> m_composed; ///< A deque, because views point to its texts.
    std::size_t m_composedCount = 0;
    std::uint64_t m_systemBits = 0;
    std::array<std::array<char, 40>, 5> m_texts = {};
};

} // namespace lolscope

#include "detection/engine/facts.h"

#include "model/base/text.h"

#include <array>

namespace lolscope {

namespace {

constexpr std::array<std::string_view, 7> kSystemNames = {
    "Provider_Name", "Channel", "Computer", "EventID", "Level", "Version", "EventRecordID"};

} // namespace

std::string_view FactValue::foldedText()
{
    if (!folded)
        folded = foldCase(text);
    return *folded;
}

Facts::Facts(const Event &event, const std::vector<FactField> &fields)
    : m_event(event)
    , m_fields(fields)
    , m_values(fields.size())
{}

std::vector<FactValue> &Facts::valuesOf(std::size_t field)
{
    auto &values = m_values[field];
    if (!values)
        values = lookUp(m_fields[field]);
    return *values;
}

std::vector<FactValue> &Facts::allValues()
{
    if (!m_all) {
        m_all.emplace();
        for (const auto &field : m_event.data)
            m_all->push_back({field.name, field.value, field.value, field.source});
        for (const auto name : kSystemNames)
            addSystem(name, *m_all);
        for (const auto &field : m_event.system)
            m_all->push_back({field.name, field.value, field.value, field.source});
    }
    return *m_all;
}

std::vector<FactValue> Facts::lookUp(const FactField &field)
{
    std::vector<FactValue> values;
    const auto add = [&](std::string_view name, bool joinedOnly) {
        for (const auto &entry : m_event.data)
            if (entry.name == name && (!joinedOnly || entry.source != FieldSource::Event))
                values.push_back({entry.name, entry.value, entry.value, entry.source});
        return !values.empty();
    };
    if (field.alias) {
        // The record's own field of that name may mean something else (ProcessId of 4688 is the parent's).
        if (add(field.name, true))
            return values;
        if (add(field.alias->recorded, false)) {
            const auto recorded = values.size();
            for (std::size_t i = 0; i < recorded; ++i)
                for (const auto &word : field.alias->words)
                    if (sigma::sameName(values[i].text, word.recorded))
                        values.push_back({values[i].field, word.meaning, values[i].text, values[i].source});
            return values;
        }
    }
    if (!add(field.name, false))
        addSystem(field.name, values);
    return values;
}

void Facts::addSystem(std::string_view name, std::vector<FactValue> &values)
{
    const auto add = [&](std::string_view text) { values.push_back({name, text, text, FieldSource::Event}); };
    if (name == "EventID") {
        add(keep(m_event.eventId));
    } else if (name == "Level") {
        add(keep(m_event.level));
    } else if (name == "Version") {
        add(keep(m_event.version));
    } else if (name == "EventRecordID") {
        if (m_event.recordId)
            add(keep(*m_event.recordId));
    } else if (name == "Provider_Name") {
        if (!m_event.provider.empty())
            add(m_event.provider);
    } else if (name == "Channel") {
        if (!m_event.channel.empty())
            add(m_event.channel);
    } else if (name == "Computer") {
        if (!m_event.computer.empty())
            add(m_event.computer);
    } else {
        for (const auto &field : m_event.system)
            if (field.name == name)
                values.push_back({field.name, field.value, field.value, field.source});
    }
}

std::string_view Facts::keep(std::uint64_t number)
{
    return m_numbers.emplace_back(std::to_string(number));
}

} // namespace lolscope

#include "detection/engine/facts.h"

#include "model/base/timestamp.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace lolscope {

namespace {

constexpr std::array<std::string_view, 8> kSystemNames = {
    "EventID",       "Level",
    "Version",       "EventRecordID",
    "Provider_Name", "Channel",
    "Computer",      "TimeCreated_SystemTime"}; // in the order of FieldTable::System, after Other

std::uint64_t bitOf(std::string_view name)
{
    const auto first = static_cast<unsigned char>(name.empty() ? '\0' : name.front());
    return std::uint64_t{1} << ((first * 7U + name.size()) & 63U);
}

} // namespace

std::uint64_t FieldTable::hashOf(std::string_view name)
{
    std::uint64_t head = 0, tail = 0;
    const std::size_t part = std::min<std::size_t>(name.size(), 8);
    std::memcpy(&head, name.data(), part);
    std::memcpy(&tail, name.data() + name.size() - part, part);
    return ((head ^ (tail << 1) ^ name.size()) * 0x9E3779B97F4A7C15U) >> 20;
}

std::uint32_t FieldTable::findName(std::string_view name) const
{
    if (m_places.empty() || name.empty())
        return kNone;
    const std::size_t mask = m_places.size() - 1;
    for (std::size_t at = hashOf(name) & mask;; at = (at + 1) & mask) {
        const std::uint32_t found = m_places[at];
        if (found == kNone || m_names[found] == name)
            return found;
    }
}

std::uint32_t FieldTable::nameNumber(std::string_view name)
{
    if (const auto known = findName(name); known != kNone)
        return known;
    m_names.push_back(name);
    m_fieldsOfName.emplace_back();
    const auto number = static_cast<std::uint32_t>(m_names.size() - 1);
    if (m_names.size() * 3 <= m_places.size()) {
        place(number);
        return number;
    }
    m_places.assign(std::max<std::size_t>(64, m_places.size() * 2), kNone);
    for (std::uint32_t i = 0; i <= number; ++i)
        place(i);
    return number;
}

void FieldTable::place(std::uint32_t number)
{
    const std::size_t mask = m_places.size() - 1;
    std::size_t at = hashOf(m_names[number]) & mask;
    while (m_places[at] != kNone)
        at = (at + 1) & mask;
    m_places[at] = number;
}

std::uint32_t FieldTable::add(std::string_view name, std::span<const sigma::FieldAlias> aliases)
{
    const auto alias = std::find_if(aliases.begin(), aliases.end(),
                                    [&](const sigma::FieldAlias &row) { return row.name == name; });
    const bool hasAlias = alias != aliases.end();
    Field field{nameNumber(name),
                hasAlias ? nameNumber(alias->recorded) : kNone,
                hasAlias ? &*alias : nullptr,
                System::Other,
                bitOf(name),
                name == kAskedNameField,
                isProcessStartField(name),
                false};
    if (hasAlias) {
        field.startRecorded = isProcessStartField(alias->recorded);
        field.askedName = field.askedName || alias->recorded == kAskedNameField;
    }
    const auto system = std::find(kSystemNames.begin(), kSystemNames.end(), name);
    if (system != kSystemNames.end())
        field.system = static_cast<System>(system - kSystemNames.begin() + 1);
    for (const std::uint32_t known : m_fieldsOfName[field.name])
        if (m_fields[known].recorded == field.recorded && m_fields[known].alias == field.alias)
            return known;
    m_fields.push_back(field);
    m_fieldsOfName[field.name].push_back(static_cast<std::uint32_t>(m_fields.size() - 1));
    return m_fieldsOfName[field.name].back();
}

void Facts::read(const FieldTable &table, const Event &event)
{
    m_links.clear();
    m_values.clear();
    m_composedCount = 0;
    m_first.assign(table.m_names.size(), FieldTable::kNone);
    m_last.resize(table.m_names.size());
    for (const Field &field : event.data) {
        const std::uint32_t name = table.findName(field.name);
        if (name == FieldTable::kNone)
            continue;
        const auto link = static_cast<std::uint32_t>(m_links.size());
        m_links.push_back({&field, FieldTable::kNone});
        if (m_first[name] == FieldTable::kNone)
            m_first[name] = link;
        else
            m_links[m_last[name]].next = link;
        m_last[name] = link;
    }
    m_systemBits = 0;
    for (const Field &field : event.system)
        m_systemBits |= bitOf(field.name);

    m_starts.resize(table.size() + 1);
    for (std::size_t i = 0; i < table.size(); ++i) {
        m_starts[i] = static_cast<std::uint32_t>(m_values.size());
        addField(table.m_fields[i], table.m_names[table.m_fields[i].name], event);
    }
    m_starts[table.size()] = static_cast<std::uint32_t>(m_values.size());
}

bool Facts::mayGain(const FieldTable &table, std::uint32_t number, JoinGains gains) const
{
    const auto &field = table.m_fields[number];
    const auto lacks = [&](std::uint32_t name) { return m_first[name] == FieldTable::kNone; };
    if (gains.askedName && field.askedName)
        return true;
    return gains.processStart
        && ((field.startName && lacks(field.name)) || (field.startRecorded && lacks(field.recorded)));
}

void Facts::addChain(std::uint32_t name, bool joinedOnly)
{
    for (auto at = m_first[name]; at != FieldTable::kNone; at = m_links[at].next) {
        const Field &field = *m_links[at].field;
        if (!joinedOnly || field.source != FieldSource::Event)
            m_values.push_back({field.name, field.value, field.value, field.source});
    }
}

void Facts::addField(const FieldTable::Field &field, std::string_view name, const Event &event)
{
    const std::size_t before = m_values.size();
    if (field.recorded != FieldTable::kNone) {
        // The record's own field of that name may mean something else (ProcessId of 4688 is the parent's).
        addChain(field.name, true);
        if (m_values.size() > before)
            return;
        if (field.alias->compose)
            addComposed(*field.alias, event);
        else
            addChain(field.recorded, false);
        const std::size_t recorded = m_values.size();
        for (std::size_t i = before; i < recorded; ++i)
            for (const auto &word : field.alias->words)
                if (sigma::sameName(m_values[i].text, word.recorded)) {
                    const FactValue value = m_values[i];
                    m_values.push_back({value.field, word.meaning, value.text, value.source});
                }
        if (m_values.size() > before)
            return;
    }
    addChain(field.name, false);
    if (m_values.size() == before)
        addSystem(field, name, event);
}

void Facts::addComposed(const sigma::FieldAlias &alias, const Event &event)
{
    if (m_composedCount == m_composed.size())
        m_composed.emplace_back();
    std::string &text = m_composed[m_composedCount++];
    text.clear();
    alias.compose(event, text);
    if (!text.empty())
        m_values.push_back({alias.recorded, text, text, FieldSource::Event});
}

void Facts::addSystem(const FieldTable::Field &field, std::string_view name, const Event &event)
{
    const auto add = [&](std::string_view text) {
        m_values.push_back({name, text, text, FieldSource::Event});
    };
    using System = FieldTable::System;
    switch (field.system) {
    case System::EventId:
        return add(number(event.eventId, 0));
    case System::Level:
        return add(number(event.level, 1));
    case System::Version:
        return add(number(event.version, 2));
    case System::RecordId:
        if (event.recordId)
            add(number(*event.recordId, 3));
        return;
    case System::Provider:
        if (!event.provider.empty())
            add(event.provider);
        return;
    case System::Channel:
        if (!event.channel.empty())
            add(event.channel);
        return;
    case System::Computer:
        if (!event.computer.empty())
            add(event.computer);
        return;
    case System::Time:
        if (event.timeCreated) {
            auto &text = m_texts[4];
            add({text.data(),
                 static_cast<std::size_t>(formatTimestamp(*event.timeCreated, text.data()) - text.data())});
        }
        return;
    case System::Other:
        break;
    }
    if ((m_systemBits & field.systemBit) == 0)
        return;
    for (const Field &entry : event.system)
        if (entry.name == name)
            m_values.push_back({entry.name, entry.value, entry.value, entry.source});
}

std::span<const FactValue> Facts::recordValues(const Event &event)
{
    m_all.clear();
    const auto add = [&](std::string_view name, std::string_view text) {
        m_all.push_back({name, text, text, FieldSource::Event});
    };
    for (const Field &field : event.data)
        if (field.source == FieldSource::Event)
            add(field.name, field.value);
    if (!event.provider.empty())
        add("Provider_Name", event.provider);
    if (!event.channel.empty())
        add("Channel", event.channel);
    if (!event.computer.empty())
        add("Computer", event.computer);
    add("EventID", number(event.eventId, 0));
    add("Level", number(event.level, 1));
    add("Version", number(event.version, 2));
    if (event.recordId)
        add("EventRecordID", number(*event.recordId, 3));
    for (const Field &field : event.system)
        add(field.name, field.value);
    return m_all;
}

std::string_view Facts::number(std::uint64_t value, std::size_t buffer)
{
    auto &text = m_texts[buffer];
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), static_cast<std::size_t>(end - text.data())};
}

} // namespace lolscope

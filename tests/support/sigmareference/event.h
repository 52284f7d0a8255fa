#pragma once

#include "tests/support/sigmareference.h"
#include "tests/support/sigmareference/logsource.h"
#include "tests/support/sigmareference/value.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope::test {

using Texts = std::vector<ReferenceText>;

struct ReferenceEvent::Private
{
    const Event &event;
    struct Entry
    {
        std::string name;
        ReferenceText text;
        bool joined;
    };
    std::vector<Entry> data;
    std::vector<Entry> system;
    Texts all; ///< For keywords.
    std::map<std::string, Texts> known; ///< Answers of valuesOf(), by `name` or `name=recorded name`.

    explicit Private(const Event &of)
        : event(of)
    {
        for (const auto &field : event.data)
            add(data, field.name, field.value, field.source != FieldSource::Event);
        const auto named = [&](const char *name, std::string_view text) {
            if (!text.empty())
                add(system, name, text, false);
        };
        named("Provider_Name", event.provider);
        named("Channel", event.channel);
        named("Computer", event.computer);
        named("EventID", std::to_string(event.eventId));
        named("Level", std::to_string(event.level));
        named("Version", std::to_string(event.version));
        if (event.recordId)
            named("EventRecordID", std::to_string(*event.recordId));
        for (const auto &field : event.system)
            add(system, field.name, field.value, false);
        for (const auto *entries : {&data, &system})
            for (const auto &entry : *entries)
                if (!entry.joined) // keywords are about what the record says
                    all.push_back(entry.text);
        if (event.timeCreated) // asked for by its name only: keywords are about what is logged, not when
            named("TimeCreated_SystemTime", formatTimestamp(*event.timeCreated));
    }

    static void add(std::vector<Entry> &entries, std::string_view name, std::string_view text, bool joined)
    {
        entries.push_back({std::string(name), ReferenceText(text), joined});
    }

    static Texts named(const std::vector<Entry> &entries, std::string_view name, bool joinedOnly = false)
    {
        Texts texts;
        for (const auto &entry : entries)
            if (entry.name == name && (entry.joined || !joinedOnly))
                texts.push_back(entry.text);
        return texts;
    }

    /// EventData and UserData hide a System value of the same name.
    Texts ownValues(std::string_view name) const
    {
        auto texts = named(data, name);
        return texts.empty() ? named(system, name) : texts;
    }

    Texts renamedValues(const std::string &name, const std::string &recorded) const
    {
        if (auto joined = named(data, name, true); !joined.empty())
            return joined;
        if (recorded == "ObjectName+ObjectValueName") { // event 4657
            Texts texts;
            for (const auto &key : named(data, "ObjectName"))
                for (const auto &value : named(data, "ObjectValueName"))
                    texts.emplace_back(registryPath(key.utf8) + '\\' + value.utf8);
            return texts;
        }
        if (recorded.starts_with("System/")) {
            auto texts = named(system, recorded.substr(7));
            return texts.empty() ? ownValues(name) : texts;
        }
        auto texts = named(data, recorded);
        if (texts.empty())
            return ownValues(name);
        const auto count = texts.size();
        for (std::size_t i = 0; i < count; ++i)
            for (const auto &meaning : meaningsOf(name, texts[i].utf8))
                texts.emplace_back(meaning);
        return texts;
    }

    static std::string registryPath(const std::string &key)
    {
        for (const auto &[native, shown] :
             {std::pair<std::string, std::string>{"\\registry\\machine", "HKLM"},
              {"\\registry\\user", "HKU"}})
            if (asciiLower(key.substr(0, native.size())) == native)
                return shown + key.substr(native.size());
        return key;
    }

    const Texts &valuesOf(const ReferenceSource &source, const std::string &name)
    {
        const auto rename = source.renames.find(name);
        const bool renamed = rename != source.renames.end();
        const auto [place, isNew] = known.try_emplace(renamed ? name + '=' + rename->second : name);
        if (isNew)
            place->second = renamed ? renamedValues(name, rename->second) : ownValues(name);
        return place->second;
    }
};

} // namespace lolscope::test

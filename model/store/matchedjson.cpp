#include "model/store/matchedjson.h"

#include <array>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace lolscope {

namespace {
constexpr std::array<std::string_view, 3> kSources = {"event", "process start", "asked name"};
}

std::string_view fieldSourceName(FieldSource source)
{
    return kSources[static_cast<std::size_t>(source)];
}

std::string matchedToJson(std::span<const DetectionRow::Matched> matched)
{
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    const auto text = [&](const char *key, std::string_view value) {
        writer.Key(key);
        writer.String(value.empty() ? "" : value.data(), static_cast<rapidjson::SizeType>(value.size()));
    };
    writer.StartArray();
    for (const auto &value : matched) {
        writer.StartObject();
        text("field", value.field);
        text("value", value.value);
        text("test", value.test);
        text("source", fieldSourceName(value.source));
        writer.EndObject();
    }
    writer.EndArray();
    return {buffer.GetString(), buffer.GetSize()};
}

std::vector<DetectionRow::Matched> matchedFromJson(std::string_view json)
{
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
    std::vector<DetectionRow::Matched> matched;
    if (document.HasParseError() || !document.IsArray())
        return matched;
    for (const auto &entry : document.GetArray()) {
        if (!entry.IsObject())
            continue;
        const auto text = [&](const char *key) {
            const auto member = entry.FindMember(key);
            return member != entry.MemberEnd() && member->value.IsString()
                ? std::string(member->value.GetString(), member->value.GetStringLength())
                : std::string();
        };
        DetectionRow::Matched value{text("field"), text("value"), text("test"), FieldSource::Event};
        const std::string source = text("source");
        for (std::size_t i = 0; i < kSources.size(); ++i)
            if (kSources[i] == source)
                value.source = static_cast<FieldSource>(i);
        matched.push_back(std::move(value));
    }
    return matched;
}

} // namespace lolscope

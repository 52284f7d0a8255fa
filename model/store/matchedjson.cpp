#include "model/store/matchedjson.h"

#include <algorithm>
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

Result<std::vector<DetectionRow::Matched>> matchedFromJson(std::string_view json)
{
    const auto corrupt = [] {
        return fail(ErrorCode::Corrupt, "the stored values of a detection are not the JSON they should be");
    };
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
    if (document.HasParseError() || !document.IsArray())
        return corrupt();
    std::vector<DetectionRow::Matched> matched;
    for (const auto &entry : document.GetArray()) {
        std::array<std::string, 4> texts;
        constexpr std::array<const char *, 4> kMembers = {"field", "value", "test", "source"};
        for (std::size_t i = 0; i < kMembers.size(); ++i) {
            if (!entry.IsObject())
                return corrupt();
            const auto member = entry.FindMember(kMembers[i]);
            if (member == entry.MemberEnd() || !member->value.IsString())
                return corrupt();
            texts[i].assign(member->value.GetString(), member->value.GetStringLength());
        }
        const auto *const source = std::find(kSources.begin(), kSources.end(), texts[3]);
        if (source == kSources.end())
            return corrupt();
        matched.push_back({std::move(texts[0]), std::move(texts[1]), std::move(texts[2]),
                           static_cast<FieldSource>(source - kSources.begin())});
    }
    return matched;
}

} // namespace lolscope

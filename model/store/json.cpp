#include "model/store/json.h"

#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <unordered_map>
#include <utility>

namespace lolscope {

namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void write(Writer &writer, std::string_view text)
{
    writer.String(text.empty() ? "" : text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

std::string take(const rapidjson::StringBuffer &buffer)
{
    return {buffer.GetString(), buffer.GetSize()};
}

/// Collects `["text", ...]` and refuses any other shape.
struct ListHandler : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, ListHandler>
{
    std::vector<std::string> texts;
    bool inList = false;

    bool Default() { return false; }
    bool StartArray() { return !std::exchange(inList, true); }
    bool EndArray(rapidjson::SizeType) { return true; }
    bool String(const char *value, rapidjson::SizeType length, bool)
    {
        texts.emplace_back(value, length);
        return inList;
    }
};

} // namespace

std::string fieldsToJson(std::span<const Field> fields)
{
    // Few events repeat a name, so the places of the others are looked up only where one does.
    std::unordered_map<std::string_view, std::vector<std::size_t>> places;
    for (std::size_t i = 0; i < fields.size(); ++i)
        places[fields[i].name].push_back(i);

    rapidjson::StringBuffer buffer;
    Writer writer(buffer);
    writer.StartObject();
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto &same = places[fields[i].name];
        if (same.front() != i)
            continue;
        writer.Key(fields[i].name.empty() ? "" : fields[i].name.data(),
                   static_cast<rapidjson::SizeType>(fields[i].name.size()));
        if (same.size() == 1) {
            write(writer, fields[i].value);
            continue;
        }
        writer.StartArray();
        for (const std::size_t at : same)
            write(writer, fields[at].value);
        writer.EndArray();
    }
    writer.EndObject();
    return take(buffer);
}

void appendJsonString(std::string &json, std::string_view text)
{
    constexpr std::string_view kHex = "0123456789abcdef";
    json += '"';
    std::size_t plain = 0; // start of the run not yet appended
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\')
            continue;
        json.append(text, plain, i - plain);
        plain = i + 1;
        json += '\\';
        if (byte >= 0x20) {
            json += text[i];
        } else {
            json += "u00";
            json += kHex[byte >> 4];
            json += kHex[byte & 15];
        }
    }
    json.append(text, plain, text.size() - plain);
    json += '"';
}

std::string listToJson(std::span<const std::string> texts)
{
    rapidjson::StringBuffer buffer;
    Writer writer(buffer);
    writer.StartArray();
    for (const std::string &text : texts)
        write(writer, text);
    writer.EndArray();
    return take(buffer);
}

Result<std::vector<std::string>> listFromJson(std::string_view json)
{
    ListHandler handler;
    rapidjson::MemoryStream stream(json.data(), json.size());
    rapidjson::Reader reader;
    if (!reader.Parse<rapidjson::kParseIterativeFlag>(stream, handler))
        return fail(ErrorCode::Corrupt, "a stored list is not the JSON list of texts it should be", {},
                    reader.GetErrorOffset());
    return std::move(handler.texts);
}

} // namespace lolscope

#include "model/store/json.h"

#include <unordered_map>

#include <rapidjson/document.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

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

/// Collects `{"name": "text" | ["text", ...]}` and refuses any other shape.
struct FieldHandler : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, FieldHandler>
{
    explicit FieldHandler(EventBatch &batch)
        : m_batch(batch)
    {}
    bool Default() { return false; }
    bool StartObject() { return m_depth++ == 0; }
    bool EndObject(rapidjson::SizeType) { return true; }
    bool StartArray() { return m_depth++ == 1; }
    bool EndArray(rapidjson::SizeType) { return --m_depth == 1; }
    bool Key(const char *text, rapidjson::SizeType length, bool)
    {
        m_name = m_batch.keep({text, length});
        return true;
    }
    bool String(const char *text, rapidjson::SizeType length, bool)
    {
        if (m_depth == 0)
            return false;
        fields.push_back({m_name, m_batch.keep({text, length})});
        return true;
    }
    std::vector<Field> fields;

private:
    EventBatch &m_batch;
    std::string_view m_name;
    int m_depth = 0;
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
        writer.Key(fields[i].name.empty() ? "" : fields[i].name.data(), static_cast<rapidjson::SizeType>(fields[i].name.size()));
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

Result<std::vector<Field>> fieldsFromJson(std::string_view json, EventBatch &batch)
{
    FieldHandler handler(batch);
    rapidjson::MemoryStream stream(json.data(), json.size());
    rapidjson::Reader reader;
    if (!reader.Parse<rapidjson::kParseIterativeFlag>(stream, handler))
        return fail(ErrorCode::Corrupt, "stored fields are not the JSON they should be", {}, reader.GetErrorOffset());
    return std::move(handler.fields);
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

std::vector<std::string> listFromJson(std::string_view json)
{
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
    std::vector<std::string> texts;
    if (document.HasParseError() || !document.IsArray())
        return texts;
    for (const auto &value : document.GetArray())
        if (value.IsString())
            texts.emplace_back(value.GetString(), value.GetStringLength());
    return texts;
}

} // namespace lolscope

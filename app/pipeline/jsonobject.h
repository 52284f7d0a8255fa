#pragma once

#include "model/base/text.h"
#include "model/base/timestamp.h"

#include <cstdint>
#include <optional>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <string>
#include <string_view>

namespace lolscope {

/// Builds one line of JSON Lines. Keys come out in the order they are given.
class JsonObject
{
public:
    JsonObject()
        : m_writer(m_buffer)
    {
        m_writer.StartObject();
    }

    JsonObject &text(std::string_view key, std::string_view value)
    {
        name(key);
        return string(value);
    }
    JsonObject &number(std::string_view key, std::uint64_t value)
    {
        name(key);
        m_writer.Uint64(value);
        return *this;
    }
    JsonObject &real(std::string_view key, double value)
    {
        name(key);
        m_writer.Double(value);
        return *this;
    }
    JsonObject &boolean(std::string_view key, bool value)
    {
        name(key);
        m_writer.Bool(value);
        return *this;
    }
    JsonObject &null(std::string_view key)
    {
        name(key);
        m_writer.Null();
        return *this;
    }
    template<typename Number>
    JsonObject &number(std::string_view key, const std::optional<Number> &value)
    {
        return value ? number(key, std::uint64_t{*value}) : null(key);
    }
    JsonObject &boolean(std::string_view key, const std::optional<bool> &value)
    {
        return value ? boolean(key, *value) : null(key);
    }
    JsonObject &time(std::string_view key, const std::optional<Timestamp> &value)
    {
        return value ? text(key, formatTimestamp(*value)) : null(key);
    }
    /// JSON that is known to be well-formed.
    JsonObject &raw(std::string_view key, const std::string &json)
    {
        name(key);
        m_writer.RawValue(json.data(), json.size(), rapidjson::kObjectType);
        return *this;
    }

    JsonObject &name(std::string_view key)
    {
        m_writer.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
        return *this;
    }
    JsonObject &string(std::string_view text)
    {
        const std::string value = validUtf8(text); // a file's name may be any bytes
        m_writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
        return *this;
    }
    /// A list under `key`: `each(item)` writes one value for every item, by string() or
    /// startObject()...endObject().
    template<typename Items, typename Each>
    JsonObject &list(std::string_view key, const Items &items, Each each)
    {
        name(key);
        m_writer.StartArray();
        for (const auto &item : items)
            each(item);
        m_writer.EndArray();
        return *this;
    }
    JsonObject &startObject()
    {
        m_writer.StartObject();
        return *this;
    }
    JsonObject &endObject()
    {
        m_writer.EndObject();
        return *this;
    }

    /// The finished line, with its newline, see visibleJson(). Once.
    std::string line()
    {
        m_writer.EndObject();
        return visibleJson({m_buffer.GetString(), m_buffer.GetSize()}) + '\n';
    }

private:
    rapidjson::StringBuffer m_buffer;
    rapidjson::Writer<rapidjson::StringBuffer> m_writer;
};

} // namespace lolscope

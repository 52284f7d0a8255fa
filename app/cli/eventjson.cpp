#include "app/cli/eventjson.h"

#include "model/base/text.h"
#include "model/store/json.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace lolscope::cli {

namespace {

char *writeEscape(char character, char *out)
{
    constexpr std::string_view kShort = "\"\"\\\\\bb\ff\nn\rr\tt"; // each with what stands for it
    *out++ = '\\';
    for (std::size_t i = 0; i < kShort.size(); i += 2) {
        if (kShort[i] == character) {
            *out++ = kShort[i + 1];
            return out;
        }
    }
    const auto code = static_cast<unsigned char>(character);
    std::memcpy(out, "u00", 3);
    out[3] = "0123456789ABCDEF"[code >> 4];
    out[4] = "0123456789ABCDEF"[code & 15];
    return out + 5;
}

template<std::size_t Size>
char *writeFixed(const char (&text)[Size], char *out)
{
    std::memcpy(out, text, Size - 1);
    return out + Size - 1;
}

template<typename Number>
char *writeNumber(Number number, char *out)
{
    return std::to_chars(out, out + 20, number).ptr;
}

template<typename Number>
char *writeNumber(const std::optional<Number> &number, char *out)
{
    return number ? writeNumber(*number, out) : writeFixed("null", out);
}

/// Whether a name comes twice. Few events have that, so it must only be fast to say no.
bool repeatsName(std::span<const Field> fields)
{
    std::array<std::uint64_t, 4> seen = {};
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::string_view name = fields[i].name;
        if (name.empty())
            return true; // not worth a thought
        const auto byte = [name](std::size_t at) { return static_cast<unsigned char>(name[at]); };
        const unsigned hash = (byte(0) + 7U * byte(name.size() / 2) + 31U * byte(name.size() - 1)
                               + 61U * static_cast<unsigned>(name.size()))
            & 255U;
        const std::uint64_t bit = std::uint64_t{1} << (hash & 63);
        if ((seen[hash >> 6] & bit) != 0)
            for (std::size_t before = 0; before < i; ++before)
                if (fields[before].name == name)
                    return true;
        seen[hash >> 6] |= bit;
    }
    return false;
}

char *writeFields(std::span<const Field> fields, char *out)
{
    *out++ = '{';
    for (const Field &field : fields) {
        *out++ = '"';
        out = writeEscaped(field.name, out);
        out = writeFixed("\":\"", out);
        out = writeEscaped(field.value, out);
        *out++ = '"';
        *out++ = ',';
    }
    if (!fields.empty())
        --out;
    *out++ = '}';
    return out;
}

/// Room for the line of `event`, the start apart.
std::size_t roomFor(const Event &event)
{
    constexpr std::size_t kFrame = 512; // keys, numbers and the time
    std::size_t text = event.provider.size() + event.channel.size() + event.computer.size();
    for (const Field &field : event.data)
        text += field.name.size() + field.value.size();
    return kFrame + 6 * text + 8 * event.data.size() + Arena::kReadAhead;
}

} // namespace

#ifdef __SSE2__

char *writeEscaped(std::string_view text, char *out)
{
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i lastControl = _mm_set1_epi8(0x1f);
    const char *at = text.data();
    for (std::size_t left = text.size(); left > 0;) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at));
        const __m128i special =
            _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
                         _mm_cmpeq_epi8(_mm_min_epu8(bytes, lastControl), bytes));
        _mm_storeu_si128(reinterpret_cast<__m128i *>(out), bytes);
        const auto mask = static_cast<unsigned>(_mm_movemask_epi8(special)) | 0x10000U;
        const auto run = static_cast<std::size_t>(std::countr_zero(mask));
        if (run >= left)
            return out + left;
        at += run;
        out += run;
        left -= run;
        if (run < 16) {
            out = writeEscape(*at++, out);
            --left;
        }
    }
    return out;
}

#else

char *writeEscaped(std::string_view text, char *out)
{
    for (const char character : text) {
        if (character == '"' || character == '\\' || static_cast<unsigned char>(character) < 0x20)
            out = writeEscape(character, out);
        else
            *out++ = character;
    }
    return out;
}

#endif

EventJson::EventJson(std::string_view evidence)
{
    Arena arena(evidence.size() + 1);
    std::string escaped(6 * evidence.size() + Arena::kReadAhead, '\0');
    escaped.resize(
        static_cast<std::size_t>(writeEscaped(arena.keep(evidence), escaped.data()) - escaped.data()));
    m_start = visibleJson("{\"evidence\":\"" + escaped + "\",\"chunk\":");
}

void EventJson::write(EventBatch &batch) const
{
    std::string &lines = batch.prepared;
    std::size_t used = 0;
    lines.resize(std::max(lines.capacity(), std::size_t{64} * 1024));
    for (const Event &event : batch.events) {
        std::string odd;
        if (repeatsName(event.data))
            odd = visibleJson(fieldsToJson(event.data));
        const std::size_t room = m_start.size() + roomFor(event) + odd.size();
        if (room > lines.size() - used)
            lines.resize(2 * lines.size() + room);
        char *out = lines.data() + used;
        std::memcpy(out, m_start.data(), m_start.size());
        out = writeNumber(event.chunk, out + m_start.size());
        out = writeNumber(event.offset, writeFixed(",\"offset\":", out));
        out = writeNumber(event.recordId, writeFixed(",\"record_id\":", out));
        out = writeNumber(event.eventId, writeFixed(",\"event_id\":", out));
        out = writeNumber(event.version, writeFixed(",\"version\":", out));
        out = writeNumber(event.level, writeFixed(",\"level\":", out));
        out = writeEscaped(event.provider, writeFixed(",\"provider\":\"", out));
        out = writeEscaped(event.channel, writeFixed("\",\"channel\":\"", out));
        out = writeEscaped(event.computer, writeFixed("\",\"computer\":\"", out));
        if (const auto time = eventTime(event))
            out = writeFixed("\"", formatTimestamp(*time, writeFixed("\",\"time\":\"", out)));
        else
            out = writeFixed("\",\"time\":null", out);
        out = writeFixed(",\"data\":", out);
        if (odd.empty()) {
            out = writeFields(event.data, out);
        } else {
            std::memcpy(out, odd.data(), odd.size());
            out += odd.size();
        }
        out = event.recovered ? writeFixed(",\"recovered\":true}\n", out)
                              : writeFixed(",\"recovered\":false}\n", out);
        const std::string_view line(lines.data() + used, static_cast<std::size_t>(out - lines.data()) - used);
        if (!isAscii(line) || line.find('\x7f') != std::string_view::npos) {
            const std::string escaped = visibleJson(std::string(line)); // 6 bytes for each of a text suffice
            out = std::copy(escaped.begin(), escaped.end(), lines.data() + used);
        }
        used = static_cast<std::size_t>(out - lines.data());
    }
    lines.resize(used);
}

} // namespace lolscope::cli

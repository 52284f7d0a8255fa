#include "model/store/packedevents.h"

#include "model/base/perthread.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <zstd.h>

namespace lolscope {

namespace {

constexpr int kFastLevel = -1; // a fifth larger than level 1 in two thirds of its time
constexpr std::size_t kLargest = std::size_t{16}
    << 20; // one event as large as EventSize allows, and its numbers
constexpr std::size_t kMostValues = std::size_t{1} << 20;
constexpr std::size_t kLongestNumber = 10; // bytes of 64 bits as LEB128
// Whatever a reader gives can be unpacked again. A value counts a byte at least, see valueBytes().
static_assert(EventSize::kMostFields <= kMostValues && kPackedBytes <= kMostValues);
static_assert(EventSize::kMostValueBytes + (EventSize::kMostFields + 2) * kLongestNumber <= kLargest);

template<auto Free>
struct Freeing
{
    template<typename T>
    void operator()(T *context) const
    {
        Free(context);
    }
};

// What each thread keeps.
struct Packing
{
    std::string text; // not zeroed anew for every batch
    std::string packed;
    std::unique_ptr<ZSTD_CCtx, Freeing<&ZSTD_freeCCtx>> compressor{ZSTD_createCCtx()};
};
struct Unpacking
{
    std::unique_ptr<ZSTD_DCtx, Freeing<&ZSTD_freeDCtx>> decompressor{ZSTD_createDCtx()};
};

char *writeNumber(std::size_t number, char *out)
{
    for (; number >= 0x80; number >>= 7)
        *out++ = static_cast<char>(number | 0x80);
    *out++ = static_cast<char>(number);
    return out;
}

std::optional<std::size_t> readNumber(std::string_view &text)
{
    std::size_t number = 0;
    for (unsigned shift = 0; shift < 63 && !text.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(text.front());
        text.remove_prefix(1);
        number |= std::size_t{byte & 0x7FU} << shift;
        if (byte < 0x80)
            return number;
    }
    return {};
}

std::size_t valueCount(const Event &event)
{
    return event.system.size() + event.data.size();
}

} // namespace

std::size_t valueBytes(const Event &event)
{
    std::size_t bytes = valueCount(event) + event.xml.size();
    for (const auto fields : {event.system, event.data})
        for (const Field &field : fields)
            bytes += field.value.size();
    return bytes;
}

std::string packEvents(std::span<const Event *const> events)
{
    auto &[text, packed, compressor] = perThread<Packing>();
    std::size_t room = kLongestNumber;
    for (const Event *event : events)
        room += valueBytes(*event) + (valueCount(*event) + 1) * kLongestNumber;
    if (text.size() < room)
        text.resize(room);
    char *out = writeNumber(events.size(), text.data());
    for (const Event *event : events)
        out = writeNumber(valueCount(*event), out);
    for (const Event *event : events)
        for (const auto fields : {event->system, event->data})
            for (const Field &field : fields) {
                out = writeNumber(field.value.size(), out);
                if (!field.value.empty())
                    std::memcpy(out, field.value.data(), field.value.size());
                out += field.value.size();
            }
    const auto bytes = static_cast<std::size_t>(out - text.data());

    if (packed.size() < ZSTD_compressBound(bytes))
        packed.resize(ZSTD_compressBound(bytes));
    // Cannot fail: the room suffices.
    const std::size_t used =
        ZSTD_compressCCtx(compressor.get(), packed.data(), packed.size(), text.data(), bytes, kFastLevel);
    return packed.substr(0, used);
}

std::string packXml(std::span<const Event *const> events)
{
    if (std::all_of(events.begin(), events.end(), [](const Event *event) { return event->xml.empty(); }))
        return {};
    std::vector<Field> texts;
    std::vector<Event> xml(events.size());
    std::vector<const Event *> all;
    texts.reserve(events.size());
    for (std::size_t i = 0; i < events.size(); ++i) {
        texts.push_back({{}, events[i]->xml});
        xml[i].data = std::span(texts).subspan(i, events[i]->xml.empty() ? 0 : 1);
        all.push_back(&xml[i]);
    }
    return packEvents(all);
}

Result<void> UnpackedEvents::unpack(std::string_view packed)
{
    m_values.clear();
    m_firstValue.clear();
    const auto bytes = ZSTD_getFrameContentSize(packed.data(), packed.size());
    const bool stated = bytes != ZSTD_CONTENTSIZE_UNKNOWN && bytes != ZSTD_CONTENTSIZE_ERROR;
    if (!stated || bytes > kLargest)
        return fail(ErrorCode::Corrupt, "stored events are not packed as they should be");
    m_text.resize(bytes);
    const std::size_t got = ZSTD_decompressDCtx(perThread<Unpacking>().decompressor.get(), m_text.data(),
                                                m_text.size(), packed.data(), packed.size());
    if (ZSTD_isError(got) || got != bytes || !readLayout()) {
        m_values.clear();
        m_firstValue.clear();
        return fail(ErrorCode::Corrupt, "stored events are damaged");
    }
    return {};
}

bool UnpackedEvents::readLayout()
{
    std::string_view rest = m_text;
    const auto events = readNumber(rest);
    if (!events || *events > rest.size()) // each event has a byte at least
        return false;
    std::size_t values = 0;
    m_firstValue.push_back(0);
    for (std::size_t i = 0; i < *events; ++i) {
        const auto count = readNumber(rest);
        if (!count || *count > rest.size()) // so has each value
            return false;
        values += *count;
        m_firstValue.push_back(values);
    }
    if (values > rest.size() || values > kMostValues)
        return false;
    m_values.reserve(values);
    for (std::size_t i = 0; i < values; ++i) {
        const auto bytes = readNumber(rest);
        if (!bytes || *bytes > rest.size())
            return false;
        m_values.push_back(rest.substr(0, *bytes));
        rest.remove_prefix(*bytes);
    }
    return rest.empty();
}

std::span<const std::string_view> UnpackedEvents::values(std::size_t index) const
{
    return std::span(m_values).subspan(m_firstValue[index], m_firstValue[index + 1] - m_firstValue[index]);
}

} // namespace lolscope

#pragma once

#include <cstddef>
#include <cstdint>

namespace lolscope {

/// Types of the values in BinXml, by their number in the file ([MS-EVEN6] 2.2.12, libyal "EVTX format", value
/// types).
enum class ValueType : std::uint8_t {
    Null = 0x00,
    String = 0x01,
    AnsiString = 0x02,
    Int8 = 0x03,
    UInt8 = 0x04,
    Int16 = 0x05,
    UInt16 = 0x06,
    Int32 = 0x07,
    UInt32 = 0x08,
    Int64 = 0x09,
    UInt64 = 0x0a,
    Real32 = 0x0b,
    Real64 = 0x0c,
    Boolean = 0x0d,
    Binary = 0x0e,
    Guid = 0x0f,
    SizeT = 0x10,
    FileTime = 0x11,
    SystemTime = 0x12,
    Sid = 0x13,
    HexInt32 = 0x14,
    HexInt64 = 0x15,
    EvtHandle = 0x20,
    BinXml = 0x21,
    EvtXml = 0x23, ///< UTF-16 text of an XML document.
};

/// A value where it lies in a chunk. `data` is readable for `size` bytes, and kReadAhead more.
struct Value
{
    const std::uint8_t *data = nullptr;
    std::uint16_t size = 0;
    std::uint8_t type = 0; ///< A ValueType; with kArrayFlag for an array of it.

    static constexpr std::uint8_t kArrayFlag = 0x80;

    bool isNull() const noexcept { return type == 0; }
    bool isArray() const noexcept { return (type & kArrayFlag) != 0; }
    bool is(ValueType other) const noexcept { return type == static_cast<std::uint8_t>(other); }
};

/// Bytes that writeValue() may write for `value`.
std::size_t valueRoom(const Value &value) noexcept;

/// Writes a value that is no array as Windows renders it ([MS-EVEN6] 3.1.4.7.3) and gives the end of what was
/// written: integers in decimal, HexInt, SizeT and handles as `0x1f` without leading zeros, GUIDs in upper
/// case and braces, SIDs as `S-1-...`, times as `2024-03-05T14:00:00.7000000Z`, Booleans as true or false
/// (anything but 0 is true), bytes as upper case hexadecimal digits, floats as the shortest text that reads
/// back equal. A text ends where its zero characters at the end begin. A value of a size its type cannot
/// have, or of an unknown type, is shown as bytes; one of no size as nothing.
char *writeValue(const Value &value, char *out) noexcept;

/// Calls `each(const Value &)` for every item of an array; an array without any has none. Strings end at a
/// zero character. An array of unknown type, or with bytes left over, is one item of bytes; behind SIDs the
/// bytes left over are.
template<typename Each>
void forEachItem(const Value &array, Each each);

/// Size of one item of the array type, 0 where it is no fixed one.
std::size_t itemSize(std::uint8_t arrayType) noexcept;
/// Length in bytes of the text at the start of `size` bytes, up to a zero character of `width` bytes.
std::size_t itemLength(const std::uint8_t *data, std::size_t size, std::size_t width) noexcept;

template<typename Each>
void forEachItem(const Value &array, Each each)
{
    const auto type = static_cast<std::uint8_t>(array.type & ~Value::kArrayFlag);
    const auto item = [&](std::size_t at, std::size_t size, std::uint8_t itemType) {
        each(Value{array.data + at, static_cast<std::uint16_t>(size), itemType});
    };
    if (type == static_cast<std::uint8_t>(ValueType::String)
        || type == static_cast<std::uint8_t>(ValueType::AnsiString)) {
        const std::size_t width = type == static_cast<std::uint8_t>(ValueType::String) ? 2 : 1;
        for (std::size_t at = 0; at < array.size;) {
            const std::size_t length = itemLength(array.data + at, array.size - at, width);
            item(at, length, type);
            at += length + width;
        }
        return;
    }
    if (type == static_cast<std::uint8_t>(ValueType::Sid)) { // each tells its length
        std::size_t at = 0;
        while (array.size - at >= 8 && (array.size - at - 8) / 4 >= array.data[at + 1]) {
            const std::size_t length = std::size_t{8} + std::size_t{4} * array.data[at + 1];
            item(at, length, type);
            at += length;
        }
        if (at < array.size)
            item(at, array.size - at, static_cast<std::uint8_t>(ValueType::Binary));
        return;
    }
    const std::size_t step = itemSize(array.type);
    if (step == 0 || array.size % step != 0) {
        item(0, array.size, static_cast<std::uint8_t>(ValueType::Binary));
        return;
    }
    for (std::size_t at = 0; at < array.size; at += step)
        item(at, step, type);
}

} // namespace lolscope

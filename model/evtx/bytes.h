#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace lolscope {

/// The little-endian integer at `data`, which needs no alignment. The caller has checked that it is there.
/// We build for little-endian machines only.
template<typename T>
inline T readAt(const std::uint8_t *data) noexcept
{
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    std::memcpy(&value, data, sizeof value);
    return value;
}

/// Bytes that may be read behind the end of a chunk in memory, zero: vector code reads ahead of the text it
/// converts.
constexpr std::size_t kReadAhead = 64;

} // namespace lolscope

#pragma once

#include "model/base/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lolscope {

/// How the text of a file of event XML is written.
enum class TextEncoding { Utf8, Utf16Le, Utf16Be, Latin1, Windows1252 };

struct FileEncoding
{
    TextEncoding encoding = TextEncoding::Utf8;
    std::size_t mark = 0; ///< Bytes of its byte order mark.
};

/// The encoding of a file of XML that begins with `start`. What the bytes show, a mark or the NULs of UTF-16,
/// goes before what is declared (XML 1.0, appendix F): programs rewrite files and leave the declaration.
/// Error: Unsupported, with its name, for one that is not read.
Result<FileEncoding> encodingOf(std::string_view start);

/// Decodes a text that comes in pieces.
class TextDecoder
{
public:
    explicit TextDecoder(TextEncoding encoding)
        : m_encoding(encoding)
    {}

    /// Appends `bytes` as UTF-8; a character that they end within waits for the next call. UTF-8 is passed on
    /// as it is. An unpaired surrogate becomes U+FFFD.
    void decode(std::string_view bytes, std::string &out);

    std::uint64_t replaced() const { return m_replaced; } ///< Surrogates so far.

    /// Bytes that the decoded `text` takes in the file.
    std::uint64_t fileBytes(std::string_view text) const;

private:
    void addUnit(char32_t unit, std::string &out);

    TextEncoding m_encoding;
    std::array<unsigned char, 2> m_half = {};
    std::size_t m_halves = 0;
    char32_t m_high = 0;
    std::uint64_t m_replaced = 0;
};

} // namespace lolscope

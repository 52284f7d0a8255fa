#pragma once

#include <string>
#include <vector>

/// What the modifiers of encodings and windash make of a text; see modifiers.h.
namespace lolscope::test {

std::string encodedUtf8(const std::u32string &text);
std::string encodedUtf16(const std::u32string &text, bool bigEndian); ///< Without a byte order mark.
std::string base64(const std::string &bytes); ///< RFC 4648, padded.

/// Every text that windash makes of one: pySigma's `\B[-/]\b` with the specification's five dashes.
std::vector<std::u32string> dashVariants(const std::u32string &text);

} // namespace lolscope::test

#pragma once

#include <string>
#include <string_view>

namespace lolscope {

/// Every std::string in model/ and detection/ is UTF-8.

/// Simple Unicode lower case, one code point for one code point (utf8proc); ill-formed bytes stay.
std::string foldCase(std::string_view text);

bool isAscii(std::string_view text);

/// foldCase(a) == foldCase(b), without allocating for ASCII.
bool equalsFolded(std::string_view a, std::string_view b);

/// The part after the last `\` or `/`: `mshta.exe` of `C:\Windows\System32\mshta.exe`.
std::string_view baseName(std::string_view path);

/// `text` with ill-formed sequences replaced by U+FFFD, so that it may be stored and shown.
std::string validUtf8(std::string_view text);

/// How many bytes of `text` validUtf8() would replace.
std::size_t illFormedUtf8(std::string_view text);

/// Makes characters visible that would mislead a reader: C0/C1 controls, bidi controls, zero-width, shapeless
/// and other format characters come out as `<U+202E>`; a line break as U+23CE, a tab as U+21E5.
std::string visible(std::string_view text);

/// Whether visibleJson() would change this JSON.
bool hasHidden(std::string_view json);

/// Finished JSON in which the characters that visible() marks are escaped: `\u202E` reads back as it was.
std::string visibleJson(std::string json);

/// A name or address no viewer turns into a link: `hxxp://evil[.]example`, `ftp[:]//evil[.]example`,
/// `203[.]0[.]113[.]8`.
std::string defanged(std::string_view text);

} // namespace lolscope

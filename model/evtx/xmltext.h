#pragma once

#include <string>
#include <string_view>

namespace lolscope {

/// `name` as an XML name; what may not be in one becomes `_`. Names come from logs and from cases that
/// somebody made.
std::string xmlName(std::string_view name);

/// Appends `text` as element content or as an attribute's value between double quotes, so that a reader of
/// XML gets it back as it is: line ends and tabs become references. What XML 1.0 (2.2) has no way to write,
/// control characters, U+FFFE and U+FFFF, becomes a mark: U+FFFD and the code point in braces, as in
/// `U+FFFD{1B}`. So that nothing else reads so, a U+FFFD before a brace is marked too: `U+FFFD{FFFD}{`.
void appendXmlText(std::string &out, std::string_view text);
void appendXmlAttribute(std::string &out, std::string_view text);

/// `text` with those marks, for a writer of XML that does the rest; and from them back again.
std::string markUnwritable(std::string_view text);
std::string readMarks(std::string text);

} // namespace lolscope

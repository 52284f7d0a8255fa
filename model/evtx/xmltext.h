#pragma once

#include <string>
#include <string_view>

namespace lolscope {

/// `name` as an XML name; what may not be in one becomes `_`. Names come from logs and from cases that
/// somebody made.
std::string xmlName(std::string_view name);

/// Appends `text` as element content or as an attribute's value between double quotes, so that a reader of
/// XML gets it back as it is: control characters become references. XML has no way to write NUL; it becomes
/// U+FFFD.
void appendXmlText(std::string &out, std::string_view text);
void appendXmlAttribute(std::string &out, std::string_view text);

} // namespace lolscope

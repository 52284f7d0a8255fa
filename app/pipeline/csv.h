#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lolscope {

/// One CSV record (RFC 4180) with its CRLF. A cell that a spreadsheet would take for a formula gets a leading
/// apostrophe: one that begins with `= + - @`, a tab or a line break, also after blanks and with full-width
/// forms (https://owasp.org/www-community/attacks/CSV_Injection).
std::string csvLine(std::span<const std::string> cells);

} // namespace lolscope

#include "app/pipeline/csv.h"

#include <algorithm>
#include <array>

namespace lolscope {

namespace {

bool startsFormula(std::string_view cell)
{
    if (!cell.empty() && (cell[0] == '\t' || cell[0] == '\r' || cell[0] == '\n'))
        return true;
    const auto first = cell.find_first_not_of(" \t\r\n\v\f");
    if (first == std::string_view::npos)
        return false;
    cell.remove_prefix(first);
    // U+FF1D, U+FF0B, U+FF0D, U+FF20: full-width forms that some spreadsheets read as the plain ones; U+2212
    // minus.
    constexpr std::array<std::string_view, 9> kStarts = {
        "=", "+", "-", "@", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0", "\xE2\x88\x92"};
    return std::any_of(kStarts.begin(), kStarts.end(),
                       [&](std::string_view start) { return cell.substr(0, start.size()) == start; });
}

} // namespace

std::string csvLine(std::span<const std::string> cells)
{
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string cell = (startsFormula(cells[i]) ? "'" : "") + cells[i];
        line += i == 0 ? "" : ",";
        if (cell.find_first_of("\",\r\n") == std::string::npos) {
            line += cell;
            continue;
        }
        line += '"';
        for (const char c : cell)
            line += c == '"' ? std::string("\"\"") : std::string(1, c);
        line += '"';
    }
    return line + "\r\n";
}

} // namespace lolscope

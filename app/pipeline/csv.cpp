#include "app/pipeline/csv.h"

#include <algorithm>
#include <array>

namespace lolscope {

namespace {

bool startsFormula(std::string_view cell)
{
    if (!cell.empty() && (cell[0] == '\t' || cell[0] == '\r' || cell[0] == '\n'))
        return true;
    // U+00A0, U+200B to U+200F, U+202A to U+202E, U+2060, U+3000, U+FEFF: blanks, and what shows nothing.
    constexpr std::array<std::string_view, 14> kUnseen = {
        "\xC2\xA0",     "\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D", "\xE2\x80\x8E",
        "\xE2\x80\x8F", "\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAC", "\xE2\x80\xAD",
        "\xE2\x80\xAE", "\xE2\x81\xA0", "\xE3\x80\x80", "\xEF\xBB\xBF"};
    for (bool passed = true; passed;) {
        cell.remove_prefix(std::min(cell.find_first_not_of(" \t\r\n\v\f"), cell.size()));
        const auto unseen = std::find_if(kUnseen.begin(), kUnseen.end(),
                                         [&](std::string_view one) { return cell.starts_with(one); });
        passed = unseen != kUnseen.end();
        cell.remove_prefix(passed ? unseen->size() : 0);
    }
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

#include "model/evtx/xmltext.h"

namespace lolscope {

namespace {

/// Line ends and tabs survive in content, but in an attribute they read as blanks; a CR reads as LF in both
/// (XML 1.0, 2.11 and 3.3.3).
template<bool inAttribute>
void append(std::string &out, std::string_view text)
{
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (inAttribute && c == '"')
            out += "&quot;";
        else if (c == '\0')
            out += "\xef\xbf\xbd";
        else if (byte >= 0x20 || (!inAttribute && (c == '\n' || c == '\t')))
            out += c;
        else
            out += "&#" + std::to_string(byte) + ';';
    }
}

} // namespace

std::string xmlName(std::string_view name)
{
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':'
            || static_cast<unsigned char>(c) >= 0x80;
    };
    std::string result(name);
    for (char &c : result)
        if (!letter(c) && !(c >= '0' && c <= '9') && c != '-' && c != '.')
            c = '_';
    return result.empty() || !letter(result.front()) ? '_' + result : result;
}

void appendXmlText(std::string &out, std::string_view text)
{
    append<false>(out, text);
}

void appendXmlAttribute(std::string &out, std::string_view text)
{
    append<true>(out, text);
}

} // namespace lolscope

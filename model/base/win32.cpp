#include "model/base/win32.h"

namespace lolscope::win32 {

std::string errorText(DWORD code)
{
    wchar_t text[512];
    const DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, nullptr,
                                        code, 0, text, static_cast<DWORD>(std::size(text)), nullptr);
    std::string words = toUtf8(std::wstring_view(text, length));
    while (!words.empty() && (words.back() == '\n' || words.back() == '\r' || words.back() == ' '))
        words.pop_back();
    return (words.empty() ? std::string("error") : words) + " (" + std::to_string(code) + ')';
}

std::string toUtf8(std::wstring_view text)
{
    const int length = static_cast<int>(text.size());
    std::string bytes(static_cast<std::size_t>(
                          WideCharToMultiByte(CP_UTF8, 0, text.data(), length, nullptr, 0, nullptr, nullptr)),
                      '\0');
    WideCharToMultiByte(CP_UTF8, 0, text.data(), length, bytes.data(), static_cast<int>(bytes.size()),
                        nullptr, nullptr);
    return bytes;
}

std::wstring toUtf16(std::string_view text)
{
    const int length = static_cast<int>(text.size());
    std::wstring units(
        static_cast<std::size_t>(MultiByteToWideChar(CP_UTF8, 0, text.data(), length, nullptr, 0)), L'\0');
    MultiByteToWideChar(CP_UTF8, 0, text.data(), length, units.data(), static_cast<int>(units.size()));
    return units;
}

std::wstring fullPath(const std::filesystem::path &path)
{
    std::wstring whole(32'768, L'\0'); // what GetFullPathNameW gives at most
    const DWORD length =
        GetFullPathNameW(path.c_str(), static_cast<DWORD>(whole.size()), whole.data(), nullptr);
    if (length == 0 || length >= whole.size())
        return path.native();
    whole.resize(length);
    return whole;
}

std::wstring nativePath(const std::filesystem::path &path)
{
    constexpr std::size_t kShort = 248;
    constexpr std::wstring_view kVerbatim = LR"(\\?\)", kNetwork = LR"(\\)";
    std::wstring name = path.native();
    if (name.size() < kShort || name.starts_with(kVerbatim))
        return name;
    name = fullPath(path);
    if (name.starts_with(kNetwork))
        return std::wstring(kVerbatim) + L"UNC" + name.substr(1);
    return std::wstring(kVerbatim) + name;
}

} // namespace lolscope::win32

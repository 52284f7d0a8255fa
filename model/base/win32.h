#pragma once

// For the *_windows.cpp files alone.
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <windows.h>

namespace lolscope::win32 {

/// What Windows says of an error, in its language, with the number that everybody can look up:
/// `Access is denied. (5)`.
std::string errorText(DWORD code = GetLastError());

std::string toUtf8(std::wstring_view text); ///< What is no UTF-16 becomes U+FFFD.
std::wstring toUtf16(std::string_view text); ///< What is no UTF-8 becomes U+FFFD.

/// The path from its root on, whatever its length, as it is when that is unknown.
std::wstring fullPath(const std::filesystem::path &path);

/// The path as system calls take it however long it is: from 248 characters on absolute and behind `\\?\`
/// (learn.microsoft.com, "Maximum Path Length Limitation"; a folder's limit is 248).
std::wstring nativePath(const std::filesystem::path &path);

struct HandleCloser
{
    void operator()(HANDLE handle) const noexcept { CloseHandle(handle); }
};
/// Null for none: INVALID_HANDLE_VALUE is made null by own().
using Handle = std::unique_ptr<std::remove_pointer_t<HANDLE>, HandleCloser>;
inline Handle own(HANDLE handle)
{
    return Handle(handle == INVALID_HANDLE_VALUE ? nullptr : handle);
}

} // namespace lolscope::win32

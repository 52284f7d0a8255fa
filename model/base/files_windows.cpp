#include "model/base/files.h"
#include "model/base/win32.h"

#include <algorithm>

namespace lolscope {

namespace {

std::error_code lastError()
{
    return {static_cast<int>(GetLastError()), std::system_category()};
}

bool isMissing(DWORD error)
{
    return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND || error == ERROR_INVALID_NAME;
}

FileKind kindOf(DWORD attributes)
{
    if (attributes & FILE_ATTRIBUTE_DEVICE)
        return FileKind::Other;
    return attributes & FILE_ATTRIBUTE_DIRECTORY ? FileKind::Folder : FileKind::File;
}

std::int64_t number(const FILETIME &time)
{
    return static_cast<std::int64_t>(std::uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime);
}

/// Whether what has this reparse tag is a way to another name. Files kept in the cloud or deduplicated have
/// tags too, and are what they seem.
bool isAnotherName(const WIN32_FIND_DATAW &found)
{
    return (found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT)
        && IsReparseTagNameSurrogate(found.dwReserved0);
}

} // namespace

std::filesystem::path utf8Path(const std::string &text)
{
    return win32::toUtf16(text);
}

std::filesystem::path absolutePath(const std::filesystem::path &path)
{
    return win32::fullPath(
        path); // std::filesystem of GCC 12 takes the server of `\\server\share` for a folder
}

FileFacts fileFacts(const std::filesystem::path &path)
{
    FileFacts facts;
    // Opened for its attributes alone, which no sharing mode of others forbids; links are followed.
    const auto file = win32::own(CreateFileW(win32::nativePath(path).c_str(), FILE_READ_ATTRIBUTES,
                                             FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                             OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr));
    if (!file) {
        if (!isMissing(GetLastError()))
            facts.error = lastError();
        return facts;
    }
    if (const DWORD type = GetFileType(file.get()); type != FILE_TYPE_DISK) {
        facts.kind = FileKind::Other;
        return facts;
    }
    BY_HANDLE_FILE_INFORMATION found = {};
    if (!GetFileInformationByHandle(file.get(), &found)) {
        facts.error = lastError();
        return facts;
    }
    facts.kind = kindOf(found.dwFileAttributes);
    if (facts.kind == FileKind::File) {
        facts.bytes = std::uint64_t{found.nFileSizeHigh} << 32 | found.nFileSizeLow;
        facts.written = number(found.ftLastWriteTime);
    }
    return facts;
}

std::vector<FolderEntry> listFolder(const std::filesystem::path &folder, std::error_code &error)
{
    error.clear();
    std::vector<FolderEntry> entries;
    WIN32_FIND_DATAW found = {};
    // "*" makes the path longer by two characters, for which nativePath() leaves room.
    const HANDLE search = FindFirstFileExW(win32::nativePath(folder / L"*").c_str(), FindExInfoBasic, &found,
                                           FindExSearchNameMatch, nullptr, FIND_FIRST_EX_LARGE_FETCH);
    if (search == INVALID_HANDLE_VALUE) {
        if (GetLastError() != ERROR_FILE_NOT_FOUND) // the root of an empty disk
            error = lastError();
        return entries;
    }
    do {
        // A name that is no UTF-16 is not found again by its text; so it is named as a file that cannot be
        // read.
        const std::wstring name = win32::toUtf16(win32::toUtf8(found.cFileName));
        if (name == L"." || name == L"..")
            continue;
        FolderEntry entry = {folder / name, kindOf(found.dwFileAttributes), isAnotherName(found)};
        if (entry.isLink)
            entry.kind = fileFacts(entry.path).kind;
        entries.push_back(std::move(entry));
    } while (FindNextFileW(search, &found));
    if (GetLastError() != ERROR_NO_MORE_FILES)
        error = lastError();
    FindClose(search);
    std::sort(entries.begin(), entries.end(),
              [](const FolderEntry &a, const FolderEntry &b) { return a.path < b.path; });
    return entries;
}

} // namespace lolscope

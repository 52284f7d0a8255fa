#include "model/base/system.h"
#include "model/base/win32.h"

#include <array>
#include <cstdio>
#include <fcntl.h>
#include <io.h>
#include <lmcons.h>
#include <shellapi.h>

namespace lolscope {

std::string userName()
{
    std::array<wchar_t, UNLEN + 1> name = {};
    auto length = static_cast<DWORD>(name.size()); // with the final NUL
    return GetUserNameW(name.data(), &length) && length > 0 ? win32::toUtf8({name.data(), length - 1})
                                                            : std::string();
}

unsigned long processId()
{
    return GetCurrentProcessId();
}

std::filesystem::path programPath()
{
    std::wstring name(32'768, L'\0'); // the longest path of all
    const DWORD length = GetModuleFileNameW(nullptr, name.data(), static_cast<DWORD>(name.size()));
    name.resize(length < name.size() ? length : 0);
    return name;
}

std::vector<std::string> utf8Arguments(int, char **)
{
    int count = 0;
    wchar_t **arguments = CommandLineToArgvW(GetCommandLineW(), &count);
    std::vector<std::string> texts;
    for (int i = 0; arguments && i < count; ++i)
        texts.push_back(win32::toUtf8(arguments[i]));
    LocalFree(arguments);
    return texts;
}

void writeBytesOnly()
{
    _setmode(_fileno(stdin), _O_BINARY);
    _setmode(_fileno(stdout), _O_BINARY);
}

} // namespace lolscope

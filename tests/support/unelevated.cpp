// unelevated PROGRAM ARGS...: runs the program as an administrator who was not asked yet, waits for it and
// ends with its exit code. Only wine, where everybody is elevated, needs it.
#include <cwchar>
#include <windows.h>

int main()
{
    HANDLE token = nullptr;
    TOKEN_LINKED_TOKEN limited = {};
    DWORD bytes = 0;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)
        || !GetTokenInformation(token, TokenLinkedToken, &limited, sizeof limited, &bytes))
        return 2;
    wchar_t *rest = std::wcschr(GetCommandLineW() + 1, *GetCommandLineW() == L'"' ? L'"' : L' ');
    if (!rest)
        return 2;
    rest += 1 + std::wcsspn(rest + 1, L" ");
    STARTUPINFOW startup = {};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION process = {};
    if (!CreateProcessAsUserW(limited.LinkedToken, nullptr, rest, nullptr, nullptr, FALSE, 0, nullptr,
                              nullptr, &startup, &process))
        return 3;
    WaitForSingleObject(process.hProcess, INFINITE);
    DWORD code = 0;
    GetExitCodeProcess(process.hProcess, &code);
    return static_cast<int>(code);
}

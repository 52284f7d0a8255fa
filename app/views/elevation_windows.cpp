#include "app/views/elevation.h"

#include <QCoreApplication>
#include <QDir>

#include <string>
#include <windows.h>
// after windows.h
#include <shellapi.h>

namespace lolscope {

namespace {

/// One argument as CommandLineToArgvW reads it back
/// (https://learn.microsoft.com/en-us/windows/win32/api/shellapi/nf-shellapi-commandlinetoargvw): backslashes
/// count double before a quotation mark alone.
QString quoted(const QString &argument)
{
    QString text(QLatin1Char('"'));
    qsizetype backslashes = 0;
    for (const QChar character : argument) {
        if (character == QLatin1Char('"'))
            text += QString(backslashes + 1, QLatin1Char('\\'));
        backslashes = character == QLatin1Char('\\') ? backslashes + 1 : 0;
        text += character;
    }
    return text + QString(backslashes, QLatin1Char('\\')) + QLatin1Char('"');
}

} // namespace

bool canElevate()
{
    HANDLE token = nullptr;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return false;
    TOKEN_ELEVATION elevation = {};
    DWORD bytes = 0;
    const bool known =
        GetTokenInformation(token, TokenElevation, &elevation, sizeof elevation, &bytes) != FALSE;
    CloseHandle(token);
    return known && elevation.TokenIsElevated == 0;
}

Result<void> startElevated(const QStringList &arguments)
{
    const std::wstring program =
        QDir::toNativeSeparators(QCoreApplication::applicationFilePath()).toStdWString();
    QStringList parts;
    for (const QString &argument : arguments)
        parts << quoted(argument);
    const std::wstring parameters = parts.join(QLatin1Char(' ')).toStdWString();
    SHELLEXECUTEINFOW info = {};
    info.cbSize = sizeof info;
    info.fMask = SEE_MASK_NOASYNC;
    info.lpVerb = L"runas"; // the verb that asks for elevation
    info.lpFile = program.c_str();
    info.lpParameters = parameters.c_str();
    info.nShow = SW_SHOWNORMAL;
    if (ShellExecuteExW(&info))
        return {};
    const DWORD error = GetLastError();
    if (error == ERROR_CANCELLED)
        return fail(ErrorCode::Cancelled, "running as administrator was not allowed");
    return fail(ErrorCode::Io, "could not be started as administrator: error " + std::to_string(error));
}

} // namespace lolscope

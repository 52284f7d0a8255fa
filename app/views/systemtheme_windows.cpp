#include "app/views/systemtheme.h"

#include <QWinEventNotifier>

#include <windows.h>

namespace lolscope {

namespace {

/// Where "Choose your app mode" is kept; 0 for dark, absent before Windows 10 1607. Not documented, but what
/// Qt itself reads (qwindowstheme.cpp).
constexpr auto kKey = LR"(Software\Microsoft\Windows\CurrentVersion\Themes\Personalize)";

bool wantsDark(bool otherwise)
{
    DWORD light = 0, bytes = sizeof light;
    if (RegGetValueW(HKEY_CURRENT_USER, kKey, L"AppsUseLightTheme", RRF_RT_REG_DWORD, nullptr, &light, &bytes)
        != ERROR_SUCCESS)
        return otherwise;
    return light == 0;
}

/// Emits activated() after a change below the key; it must be asked for anew each time.
class KeyNotifier : public QWinEventNotifier
{
public:
    explicit KeyNotifier(QObject *parent)
        : QWinEventNotifier(parent)
        , m_event(CreateEventW(nullptr, FALSE, FALSE, nullptr))
    {
        if (RegOpenKeyExW(HKEY_CURRENT_USER, kKey, 0, KEY_NOTIFY, &m_key) != ERROR_SUCCESS)
            m_key = nullptr;
        setHandle(m_event);
        setEnabled(m_key != nullptr);
        listen();
    }
    ~KeyNotifier() override
    {
        setEnabled(false);
        if (m_key)
            RegCloseKey(m_key);
        CloseHandle(m_event);
    }
    void listen()
    {
        if (m_key)
            RegNotifyChangeKeyValue(m_key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, m_event, TRUE);
    }

private:
    ::HANDLE m_event;
    HKEY m_key = nullptr;
};

} // namespace

SystemTheme::SystemTheme(const QPalette &platformPalette, QObject *parent)
    : QObject(parent)
    , m_dark(wantsDark(platformPalette.color(QPalette::Window).lightness() < 128))
{
    auto *notifier = new KeyNotifier(this);
    connect(notifier, &QWinEventNotifier::activated, this, [this, notifier] {
        notifier->listen();
        if (const bool dark = wantsDark(m_dark); dark != m_dark) {
            m_dark = dark;
            Q_EMIT changed();
        }
    });
}

} // namespace lolscope

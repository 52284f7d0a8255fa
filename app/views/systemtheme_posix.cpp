#include "app/views/systemtheme.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>

#include <functional>

namespace lolscope {

namespace {

constexpr auto kGroup = "org.freedesktop.appearance";
constexpr auto kKey = "color-scheme";

/// Read() wraps its answer in one variant more than SettingChanged does.
QVariant unwrapped(QVariant value)
{
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value;
}

/// Asks the portal, and listens to it.
class PortalSettings : public QObject
{
    Q_OBJECT
public:
    PortalSettings(std::function<void(bool dark)> told, QObject *parent)
        : QObject(parent)
        , m_told(std::move(told))
    {
        const QString service = QStringLiteral("org.freedesktop.portal.Desktop");
        const QString path = QStringLiteral("/org/freedesktop/portal/desktop");
        const QString interface = QStringLiteral("org.freedesktop.portal.Settings");
        QDBusConnection bus = QDBusConnection::sessionBus();
        if (!bus.isConnected())
            return;
        bus.connect(service, path, interface, QStringLiteral("SettingChanged"), this,
                    SLOT(settingChanged(QString, QString, QDBusVariant)));
        auto ask = QDBusMessage::createMethodCall(service, path, interface, QStringLiteral("Read"));
        ask << QString::fromLatin1(kGroup) << QString::fromLatin1(kKey);
        auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(ask), this);
        connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher *call) {
            const QDBusPendingReply<QDBusVariant> reply = *call;
            if (!reply.isError())
                setScheme(unwrapped(reply.value().variant()).toUInt());
            call->deleteLater();
        });
    }

private Q_SLOTS:
    void settingChanged(const QString &group, const QString &key, const QDBusVariant &value)
    {
        if (group == QLatin1String(kGroup) && key == QLatin1String(kKey))
            setScheme(unwrapped(value.variant()).toUInt());
    }

private:
    void setScheme(uint scheme)
    {
        if (scheme != 0) // no preference: the platform's palette decides
            m_told(scheme == 1);
    }

    const std::function<void(bool dark)> m_told;
};

} // namespace

SystemTheme::SystemTheme(const QPalette &platformPalette, QObject *parent)
    : QObject(parent)
    , m_dark(platformPalette.color(QPalette::Window).lightness() < 128)
{
    new PortalSettings(
        [this](bool dark) {
            m_dark = dark;
            Q_EMIT changed();
        },
        this);
}

} // namespace lolscope

#include "systemtheme_posix.moc"

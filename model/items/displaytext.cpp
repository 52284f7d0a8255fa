#include "model/items/displaytext.h"

#include "model/base/text.h"
#include "model/store/facts.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <chrono>

namespace lolscope {

namespace {

struct DisplayText
{
    Q_DECLARE_TR_FUNCTIONS(DisplayText)
};

QString knownEvent(std::uint32_t eventId, std::string_view provider)
{
    if (isSysmon(provider)) {
        switch (eventId) {
        case 1:
            return DisplayText::tr("Process created");
        case 2:
            return DisplayText::tr("File time changed");
        case 3:
            return DisplayText::tr("Network connection");
        case 4:
            return DisplayText::tr("Sysmon state changed");
        case 5:
            return DisplayText::tr("Process ended");
        case 6:
            return DisplayText::tr("Driver loaded");
        case 7:
            return DisplayText::tr("Image loaded");
        case 8:
            return DisplayText::tr("Remote thread");
        case 10:
            return DisplayText::tr("Process accessed");
        case 11:
            return DisplayText::tr("File created");
        case 12:
        case 13:
        case 14:
            return DisplayText::tr("Registry changed");
        case 16:
            return DisplayText::tr("Sysmon configured");
        case 17:
        case 18:
            return DisplayText::tr("Named pipe");
        case 22:
            return DisplayText::tr("DNS query");
        case 23:
        case 26:
            return DisplayText::tr("File deleted");
        default:
            return {};
        }
    }
    if (provider == "Microsoft-Windows-Security-Auditing") {
        switch (eventId) {
        case 4624:
            return DisplayText::tr("Logon");
        case 4688:
            return DisplayText::tr("Process created");
        case 4689:
            return DisplayText::tr("Process ended");
        case 5156:
            return DisplayText::tr("Connection permitted");
        default:
            return {};
        }
    }
    return {};
}

} // namespace

QString shown(std::string_view text)
{
    return QString::fromStdString(visible(text));
}

QString raw(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString timeText(std::optional<Timestamp> time, TimeStyle style)
{
    if (!time)
        return {};
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(*time).time_since_epoch().count();
    return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC)
        .toString(style == TimeStyle::Time ? QStringLiteral("HH:mm:ss.zzz")
                                           : QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"));
}

QString durationText(Ticks duration)
{
    using namespace std::chrono;
    const auto ms = abs(duration_cast<milliseconds>(duration)).count();
    if (ms < 10)
        return DisplayText::tr("%1 ms").arg(ms);
    const QLocale locale;
    if (ms < 60'000)
        return DisplayText::tr("%1 s").arg(
            locale.toString(static_cast<double>(ms) / 1000, 'f', ms < 1000 ? 2 : 1));
    const auto seconds = ms / 1000;
    if (seconds < 3600)
        return seconds % 60 == 0 ? DisplayText::tr("%1 min").arg(seconds / 60)
                                 : DisplayText::tr("%1 min %2 s").arg(seconds / 60).arg(seconds % 60);
    if (seconds < 48 * 3600)
        return DisplayText::tr("%1 h %2 min").arg(seconds / 3600).arg(seconds % 3600 / 60);
    return DisplayText::tr("%1 days").arg(seconds / 86'400);
}

QString offsetText(Ticks offset)
{
    if (offset.count() == 0)
        return DisplayText::tr("at the same time");
    const QString duration = durationText(offset);
    return offset.count() < 0 ? DisplayText::tr("%1 before").arg(duration)
                              : DisplayText::tr("%1 after").arg(duration);
}

QString levelText(int level)
{
    switch (level) {
    case 0:
        return DisplayText::tr("informational");
    case 1:
        return DisplayText::tr("low");
    case 2:
        return DisplayText::tr("medium");
    case 3:
        return DisplayText::tr("high");
    case 4:
        return DisplayText::tr("critical");
    default:
        return DisplayText::tr("unknown level");
    }
}

QString verdictText(Verdict verdict)
{
    switch (verdict) {
    case Verdict::None:
        return DisplayText::tr("no verdict");
    case Verdict::Benign:
        return DisplayText::tr("benign");
    case Verdict::Suspicious:
        return DisplayText::tr("suspicious");
    case Verdict::Malicious:
        return DisplayText::tr("malicious");
    }
    return {};
}

QString fieldSourceText(FieldSource source)
{
    switch (source) {
    case FieldSource::Event:
        return DisplayText::tr("event");
    case FieldSource::ProcessStart:
        return DisplayText::tr("process start");
    case FieldSource::AskedName:
        return DisplayText::tr("asked name");
    }
    return {};
}

std::string endpoint(std::string_view address, std::string_view port)
{
    std::string text =
        address.find(':') == std::string_view::npos ? std::string(address) : '[' + std::string(address) + ']';
    if (!port.empty())
        text.append(1, ':').append(port);
    return text;
}

QString eventTitle(std::uint32_t eventId, std::string_view provider)
{
    const QString known = knownEvent(eventId, provider);
    return QStringLiteral("%1 %2").arg(QString::number(eventId), known.isEmpty() ? shown(provider) : known);
}

QString scopeText(std::string_view scope)
{
    static constexpr std::pair<std::string_view, const char *> kWords[] = {
        {"public", QT_TRANSLATE_NOOP("DisplayText", "public")},
        {"private", QT_TRANSLATE_NOOP("DisplayText", "private")},
        {"loopback", QT_TRANSLATE_NOOP("DisplayText", "own host")},
        {"link-local", QT_TRANSLATE_NOOP("DisplayText", "link-local")},
        {"shared", QT_TRANSLATE_NOOP("DisplayText", "shared by a provider")},
        {"multicast", QT_TRANSLATE_NOOP("DisplayText", "multicast")},
        {"broadcast", QT_TRANSLATE_NOOP("DisplayText", "broadcast")},
        {"documentation", QT_TRANSLATE_NOOP("DisplayText", "documentation")},
        {"reserved", QT_TRANSLATE_NOOP("DisplayText", "reserved")},
        {"unspecified", QT_TRANSLATE_NOOP("DisplayText", "unspecified")},
        {"unknown", QT_TRANSLATE_NOOP("DisplayText", "unknown")},
    };
    const auto found = std::ranges::find(kWords, scope, &std::pair<std::string_view, const char *>::first);
    return found == std::end(kWords) ? shown(scope) : DisplayText::tr(found->second);
}

QString countText(std::uint64_t count)
{
    return QLocale().toString(static_cast<qulonglong>(count));
}

int plural(std::uint64_t count)
{
    return static_cast<int>(std::min<std::uint64_t>(count, 1'000'000'000));
}

QString clipboardRow(const QStringList &cells)
{
    return cells.join(QLatin1Char('\t'));
}

} // namespace lolscope

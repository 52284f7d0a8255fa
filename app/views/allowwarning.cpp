#include "app/views/allowwarning.h"

#include "model/items/displaytext.h"

#include <QCoreApplication>

namespace lolscope {

namespace {

struct AllowWarning
{
    Q_DECLARE_TR_FUNCTIONS(AllowWarning)
};

/// detection/ speaks English and knows no Qt; what varies in its sentences stands at %1.
constexpr const char *kSentences[] = {
    QT_TRANSLATE_NOOP("AllowWarning", "Any user may put a program into the folder that %1 names."),
    QT_TRANSLATE_NOOP("AllowWarning", "A program of that name in any folder is allowed by %1."),
    QT_TRANSLATE_NOOP("AllowWarning", "The network %1 holds very many addresses."),
    QT_TRANSLATE_NOOP("AllowWarning", "The text that %1 is asked for is very short."),
    QT_TRANSLATE_NOOP("AllowWarning", "No condition names a program or a destination."),
};

} // namespace

QString allowWarningText(std::string_view sentence, bool *known)
{
    if (known)
        *known = true;
    for (const char *text : kSentences) {
        const std::string_view pattern = text;
        const std::size_t place = pattern.find("%1");
        if (place == std::string_view::npos) {
            if (sentence == pattern)
                return AllowWarning::tr(text);
            continue;
        }
        const std::string_view before = pattern.substr(0, place);
        const std::string_view after = pattern.substr(place + 2);
        if (sentence.size() >= before.size() + after.size() && sentence.starts_with(before)
            && sentence.ends_with(after))
            return AllowWarning::tr(text).arg(
                shown(sentence.substr(before.size(), sentence.size() - before.size() - after.size())));
    }
    if (known)
        *known = false;
    return shown(sentence);
}

} // namespace lolscope

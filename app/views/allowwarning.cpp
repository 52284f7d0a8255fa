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
    QT_TRANSLATE_NOOP("AllowWarning",
                      "Every user can write to the folder in %1: a program that an attacker puts there would "
                      "be allowed too."),
    QT_TRANSLATE_NOOP("AllowWarning",
                      "%1 has only a file name, no folder: any program of that name, wherever an attacker "
                      "puts it, would be allowed."),
    QT_TRANSLATE_NOOP("AllowWarning",
                      "The network %1 is very large: alerts to every address in it would be allowed."),
    QT_TRANSLATE_NOOP(
        "AllowWarning",
        "The text for %1 is very short: it occurs in many values, and all of them would be allowed."),
    QT_TRANSLATE_NOOP(
        "AllowWarning",
        "No condition names a program or a destination: alerts of any program to anywhere would be allowed."),
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

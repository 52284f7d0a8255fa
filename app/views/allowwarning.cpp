#include "app/views/allowwarning.h"

#include "model/items/displaytext.h"

#include <QCoreApplication>

namespace lolscope {

namespace {

struct AllowWarningTexts
{
    Q_DECLARE_TR_FUNCTIONS(AllowWarning)
};

} // namespace

QString allowWarningText(const AllowWarning &warning)
{
    using Kind = AllowWarning::Kind;
    const QString subject = shown(warning.subject);
    switch (warning.kind) {
    case Kind::WritableFolder:
        return AllowWarningTexts::tr(
                   "Every user can write to the folder in %1: a program that an attacker puts there "
                   "would be allowed too.")
            .arg(subject);
    case Kind::NameOnly:
        return AllowWarningTexts::tr(
                   "%1 has only a file name, no folder: any program of that name, wherever an "
                   "attacker puts it, would be allowed.")
            .arg(subject);
    case Kind::LargeNetwork:
        return AllowWarningTexts::tr(
                   "The network %1 is very large: alerts to every address in it would be allowed.")
            .arg(subject);
    case Kind::ShortText:
        return AllowWarningTexts::
            tr("The text for %1 is very short: it occurs in many values, and all of them would be allowed.")
                .arg(subject);
    case Kind::Vague:
        break;
    }
    return AllowWarningTexts::tr(
        "No condition names a program or a destination: alerts of any program to anywhere would be allowed.");
}

} // namespace lolscope

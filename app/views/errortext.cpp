#include "app/views/errortext.h"

#include "model/items/displaytext.h"

#include <QCoreApplication>

namespace lolscope {

namespace {

struct ErrorText
{
    Q_DECLARE_TR_FUNCTIONS(ErrorText)
};

} // namespace

QString errorText(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Io:
        return ErrorText::tr("A file could not be opened, read or written.");
    case ErrorCode::DiskFull:
        return ErrorText::tr("There is no room left on the disk.");
    case ErrorCode::Corrupt:
        return ErrorText::tr("The file is damaged or not of the expected kind.");
    case ErrorCode::TooLarge:
        return ErrorText::tr("The input is larger than Lolscope accepts.");
    case ErrorCode::Unsupported:
        return ErrorText::tr("This kind of input is not supported.");
    case ErrorCode::Invalid:
        return ErrorText::tr("That is not possible.");
    case ErrorCode::Database:
        return ErrorText::tr("The case file could not be read or written.");
    case ErrorCode::Cancelled:
        return ErrorText::tr("The operation was cancelled.");
    case ErrorCode::Internal:
        return ErrorText::tr("Something went wrong inside Lolscope.");
    }
    return {};
}

QString errorText(const Error &error)
{
    return errorText(error.code) + QLatin1Char('\n') + shown(describe(error));
}

} // namespace lolscope

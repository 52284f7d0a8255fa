#pragma once

#include <QDir>
#include <QString>

namespace lolscope {

/// The folder of real logs with its `expected.json` beside it, or an empty text where it is absent: what the
/// environment variable LOLSCOPE_REAL_LOGS names, else `../shared/data` beside the checkout.
inline QString realLogs()
{
    QString folder = qEnvironmentVariable("LOLSCOPE_REAL_LOGS");
    if (folder.isEmpty())
        folder = QStringLiteral(LOLSCOPE_SOURCE_DIR "/../shared/data");
    const bool there = QDir(folder + QStringLiteral("/evtx")).exists()
        && QFile::exists(folder + QStringLiteral("/expected.json"));
    return there ? QDir(folder).canonicalPath() : QString();
}

} // namespace lolscope

#pragma once

#include "tests/support/scenario.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace lolscope::test {

/// What lolscope-cli did.
struct Ran
{
    int code = -1;
    QByteArray out;
    QByteArray err;

    QList<QJsonObject> lines() const
    {
        QList<QJsonObject> objects;
        for (const QByteArray &line : out.trimmed().split('\n')) {
            QJsonParseError error;
            objects << QJsonDocument::fromJson(line, &error).object();
            if (error.error != QJsonParseError::NoError)
                qFatal("not JSON: %s", line.constData());
        }
        return objects;
    }
};

/// Runs lolscope-cli to its end.
inline Ran run(const QStringList &arguments)
{
    QProcess process;
    process.start(QStringLiteral(LOLSCOPE_CLI), arguments);
    if (!process.waitForFinished(60'000) || process.exitStatus() != QProcess::NormalExit)
        qFatal("lolscope-cli did not end well");
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

inline QByteArray bytesOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline QString text(const char *latin1)
{
    return QString::fromLatin1(latin1);
}

/// A folder with the bundled sample as a log, and the place of a case; new for each test.
class CliFixture
{
protected:
    void prepare()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_log = m_folder->filePath(text("day.evtx"));
        m_case = m_folder->filePath(text("case.lolscope"));
        QVERIFY(writeSample(m_log.toStdString()));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_log, m_case;
};

} // namespace lolscope::test

#pragma once

#include "app/pipeline/connectionreport.h"
#include "app/pipeline/export.h"
#include "app/pipeline/indexing.h"
#include "app/pipeline/rules.h"
#include "tests/support/scenario.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace lolscope::test {

/// The value of a result that a test relies on. By value, so that a loop over it does not look into a
/// temporary.
template<typename T>
T take(Result<T> result)
{
    if (!result)
        qFatal("%s", describe(result.error()).c_str());
    return std::move(*result);
}

/// The bundled rules, loaded once.
inline const Engine &bundledEngine()
{
    static const Engine engine(bundledRuleLoad().loaded);
    return engine;
}

/// A folder with a case in it, and what a test does with both.
class TestCase
{
public:
    std::filesystem::path path(const char *name) const
    {
        return std::filesystem::path(m_folder.filePath(QString::fromLatin1(name)).toStdString())
            .make_preferred();
    }
    std::filesystem::path casePath() const { return path("case.lolscope"); }

    std::filesystem::path write(const char *name, const std::vector<RecordSpec> &records) const
    {
        EvtxWriter writer(path(name));
        for (const RecordSpec &record : records)
            writer.add(record);
        const auto finished = writer.finish();
        Q_ASSERT(finished);
        return path(name);
    }

    IndexSummary index(const std::vector<std::filesystem::path> &inputs,
                       const Engine &engine = bundledEngine()) const
    {
        Progress progress;
        auto summary = indexEvidence(casePath(), inputs, engine, {}, progress);
        if (!summary)
            qFatal("%s", describe(summary.error()).c_str());
        return *summary;
    }

    CaseFile open(CaseFile::Mode mode = CaseFile::Mode::ReadOnly) const
    {
        auto file = CaseFile::open(casePath(), mode);
        if (!file)
            qFatal("%s", describe(file.error()).c_str());
        return std::move(*file);
    }

private:
    QTemporaryDir m_folder;
};

/// The alerts and connections of a case with all that is linked to them, as sorted lines: equal for equal
/// cases.
inline QStringList contentOf(const CaseFile &file)
{
    QStringList lines;
    std::ostringstream alerts;
    if (!exportAlerts(
            file, {ExportFormat::JsonLines, {Status::Open, Status::Decided, Status::Allowed}, false}, alerts))
        qFatal("the alerts cannot be read");
    lines << QString::fromStdString(alerts.str()).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    ChainCache chains(file);
    for (const ConnectionRow &row : take(allConnections(file)))
        lines << QString::fromStdString(connectionJsonLine(file, row, chains).value());
    lines.sort();
    return lines;
}

} // namespace lolscope::test

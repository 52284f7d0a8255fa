#pragma once

#include "model/analysis/linking.h"
#include "model/base/text.h"
#include "model/store/factstore.h"
#include "model/store/linkstore.h"
#include "tests/model/caserecords.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <algorithm>
#include <memory>

namespace lolscope::samples {

inline void link(CaseFile &file)
{
    const auto facts = must(linkFacts(file));
    must(saveLinks(file, facts, linkProcesses(facts)));
}

/// What a linked case says, in words that do not depend on row numbers: sorted lines, one per process,
/// connection and query.
///
///     process mshta.exe [8440] {A} logged 10:00:00.000..10:05:00.000 <-guid- cmd.exe [6104] {B} ghost
///     connection 203.0.113.8 10:00:01.000 of mshta.exe [8440] {A} asked evil.example by itself
///     query evil.example 10:00:00.500 of mshta.exe [8440] {A}
class LinkedCase
{
public:
    explicit LinkedCase(const std::vector<Record> &records)
    {
        CaseFile file = must(CaseFile::temporary());
        index(file, "aa", records);
        link(file);
        m_file = std::make_shared<CaseFile>(std::move(file));
        describeAll();
    }
    explicit LinkedCase(CaseFile file)
        : m_file(std::make_shared<CaseFile>(std::move(file)))
    {
        describeAll();
    }
    /// Of a case that stays open elsewhere, which has to outlive this.
    explicit LinkedCase(const CaseFile *file)
        : m_file(file, [](const CaseFile *) {})
    {
        describeAll();
    }

    const CaseFile &file() const { return *m_file; }
    /// All lines, or those that begin with `kind`.
    std::string lines(std::string_view kind = {}) const
    {
        std::string text;
        for (const std::string &line : m_lines)
            if (line.starts_with(kind))
                text += line + '\n';
        return text;
    }

private:
    static std::string clock(const std::optional<Timestamp> &time)
    {
        return time ? formatTimestamp(*time).substr(11, 12) : "-";
    }

    static std::string name(const ProcessRow &process)
    {
        constexpr const char *kSources[] = {"logged", "derived", "ghost"};
        return std::string(baseName(process.image)) + " ["
            + (process.pid ? std::to_string(*process.pid) : "?") + ']'
            + (process.guid.empty() ? "" : ' ' + process.guid)
            + (process.host == "HOST-1" ? "" : " on " + process.host) + ' '
            + kSources[static_cast<int>(process.source)];
    }
    std::string nameOf(const std::optional<ProcessId> &id) const
    {
        return id ? name(must(process(*m_file, *id))) : "nobody";
    }

    void describeAll()
    {
        SQLite::Statement select(m_file->database(), "SELECT id FROM process WHERE same_as IS NULL");
        while (select.executeStep())
            describeProcess(must(process(*m_file, ProcessId{select.getColumn(0).getInt64()})));
        for (const ConnectionRow &row : must(allConnections(*m_file)))
            m_lines.push_back("connection " + row.destIp + (row.fromSecurityLog ? " (5156) " : " ")
                              + clock(row.time) + " of " + nameOf(row.process)
                              + (row.askedName.empty() ? ""
                                                       : " asked " + row.askedName
                                         + (row.askedBySameProcess ? " by itself" : " by another")));
        std::sort(m_lines.begin(), m_lines.end());
    }

    void describeProcess(const ProcessRow &row)
    {
        constexpr const char *kLinks[] = {"", "guid", "pid", "cut"};
        std::string line = "process " + name(row) + ' ' + clock(row.start) + ".." + clock(row.end)
            + (row.endIsBound ? "(next)" : "");
        if (row.parent)
            line += std::string(" <-") + kLinks[static_cast<int>(row.parentLink)] + "- " + nameOf(row.parent);
        else if (row.parentLink == ParentLink::Cut)
            line += " (cut)";
        if (!row.commandLine.empty())
            line += " '" + row.commandLine + '\'';
        for (const DnsQueryRow &query : must(dnsQueriesOf(*m_file, row.id)))
            m_lines.push_back("query " + query.name + ' ' + clock(query.time) + " of " + name(row));
        m_lines.push_back(line);
    }

    std::shared_ptr<const CaseFile> m_file;
    std::vector<std::string> m_lines;
};

} // namespace lolscope::samples

#include "app/pipeline/indexing.h"

#include "app/pipeline/detecting.h"
#include "app/pipeline/enginesessions.h"
#include "app/pipeline/evidencefiles.h"
#include "app/pipeline/readahead.h"
#include "model/base/sha256.h"
#include "model/store/alertstore.h"
#include "model/store/casestate.h"
#include "model/store/eventwriter.h"
#include "model/store/facts.h"

#include <algorithm>
#include <chrono>

namespace lolscope {

namespace fs = std::filesystem;

namespace {

class Indexing
{
public:
    Indexing(CaseFile &file, ReadOptions reading, const std::stop_token &stop, Progress &progress,
             IndexSummary &summary)
        : m_writer(file)
        , m_reading(std::move(reading))
        , m_stop(stop)
        , m_progress(progress)
        , m_summary(summary)
    {}

    Result<void> run(const std::vector<EvidenceFile> &files)
    {
        m_progress.stage = Progress::Stage::Reading;
        std::vector<std::string> paths;
        for (const EvidenceFile &file : files)
            paths.push_back(file.path.string());
        if (auto planned = m_writer.plan(paths); !planned)
            return planned;
        for (const EvidenceFile &file : files) {
            std::error_code status;
            const auto bytes = fs::file_size(file.path, status);
            m_progress.bytesTotal += status ? 0 : bytes;
        }
        for (const EvidenceFile &file : files) {
            if (m_stop.stop_requested()) {
                m_summary.cancelled = true;
                return {};
            }
            if (auto read = readFile(file); !read)
                return read;
            if (m_summary.cancelled)
                return {};
        }
        return m_writer.commit();
    }

private:
    Result<void> readFile(const EvidenceFile &file)
    {
        const std::string path = file.path.string();
        std::error_code status;
        auto bytes = fs::file_size(file.path, status);
        bytes = status ? 0 : bytes;
        const std::uint64_t before = m_progress.bytesDone;
        if (!file.error.empty())
            return failed(path, {}, 0, file.error);
        if (!fs::is_regular_file(file.path, status))
            return failed(path, {}, 0, fs::exists(file.path, status) ? "not a regular file" : "no such file");
        ReadAhead reader(file.path, m_reading); // decodes while this thread hashes
        const auto hash = fileSha256(file.path, m_stop);
        if (!hash)
            return hash.error().code == ErrorCode::Cancelled ? cancelled()
                                                             : failed(path, {}, bytes, hash.error().detail);
        const auto known = m_writer.findEvidence(*hash);
        if (!known)
            return tl::unexpected(known.error());
        if (*known && (*known)->state == EvidenceRow::State::Done) {
            m_summary.files.push_back({FileOutcome::State::Skipped, **known});
            m_summary.files.back().row.path = path;
            m_progress.bytesDone = before + bytes;
            return m_writer.skip(path);
        }
        if (const auto opened = reader.opened(); !opened) {
            m_progress.bytesDone = before + bytes;
            return failed(path, *hash, bytes,
                          describe({opened.error().code, opened.error().detail, {}, opened.error().offset}));
        }
        return index(reader, path, *hash, bytes, before);
    }

    Result<void> index(ReadAhead &reader, const std::string &path, const std::string &hash,
                       std::uint64_t bytes, std::uint64_t before)
    {
        constexpr std::uint64_t kCommitEvents = 20'000; // bounds what a kill costs, and the write-ahead log
        const auto evidence = m_writer.begin(path, hash, bytes);
        if (!evidence)
            return tl::unexpected(evidence.error());
        std::uint64_t uncommitted = 0;
        std::vector<Damage> damage;
        for (;;) {
            if (m_stop.stop_requested())
                return cancelled();
            const auto batch = reader.next();
            if (!batch) {
                if (auto noted = note(*evidence, {batch.error().detail, batch.error().offset}, damage);
                    !noted)
                    return noted;
                break;
            }
            if (!*batch)
                break;
            if (auto added = m_writer.add(*evidence, **batch); !added)
                return added;
            m_progress.records += (*batch)->events.size();
            m_progress.bytesDone = before + std::min(bytes, reader.bytesDone());
            for (const Damage &one : (*batch)->damage)
                if (damage.size() < EvidenceRow::kMaxDamageRows) // all of it is counted
                    damage.push_back(one);
            uncommitted += (*batch)->events.size();
            if (uncommitted >= kCommitEvents) {
                if (auto committed = m_writer.commit(); !committed)
                    return committed;
                uncommitted = 0;
            }
        }
        // Evidence must not change while it is read: what was indexed would not be what the hash stands for.
        const auto after = reader.hashAfter();
        if (!after || *after != hash)
            if (auto noted = note(*evidence, {"the file changed while it was read"}, damage); !noted)
                return noted;
        auto row = m_writer.finish(*evidence);
        if (!row)
            return tl::unexpected(row.error());
        if (auto committed = m_writer.commit(); !committed)
            return committed;
        row->damage = std::move(damage);
        m_summary.records += row->records;
        m_summary.duplicates += row->duplicates;
        m_summary.recovered += row->recovered;
        m_summary.lost += row->lost;
        m_summary.bytes += bytes;
        m_progress.bytesDone = before + bytes;
        m_summary.files.push_back({FileOutcome::State::Indexed, std::move(*row)});
        return {};
    }

    Result<void> note(EvidenceId evidence, Damage one, std::vector<Damage> &damage)
    {
        EventBatch batch;
        batch.damage.push_back(one);
        damage.push_back(std::move(one));
        return m_writer.add(evidence, batch);
    }

    Result<void> failed(const std::string &path, const std::string &hash, std::uint64_t bytes,
                        const std::string &reason)
    {
        auto row = m_writer.addFailed(path, hash, bytes, reason);
        if (!row)
            return tl::unexpected(row.error());
        row->path = path;
        m_summary.files.push_back({FileOutcome::State::Failed, std::move(*row)});
        return m_writer.commit();
    }

    Result<void> cancelled()
    {
        m_summary.cancelled = true;
        return m_writer.commit();
    }

    EventWriter m_writer;
    ReadOptions m_reading;
    std::stop_token m_stop;
    Progress &m_progress;
    IndexSummary &m_summary;
};

} // namespace

bool IndexSummary::imperfect() const
{
    return std::any_of(files.begin(), files.end(), [](const FileOutcome &file) {
        return file.state == FileOutcome::State::Failed || isDamaged(file.row);
    });
}

Result<bool> needsIndexing(const CaseFile &file)
{
    const auto unfinished = unfinishedEvidence(file);
    if (!unfinished)
        return tl::unexpected(unfinished.error());
    const auto links = isStale(file, Stage::Links);
    const auto detections = isStale(file, Stage::Detections);
    if (!links || !detections)
        return tl::unexpected((!links ? links : detections).error());
    return !unfinished->empty() || *links || *detections;
}

namespace {

Result<IndexSummary> runIndexing(CaseFile &file, const std::vector<fs::path> &inputs, const Engine &engine,
                                 const ReadOptions &reading, const std::stop_token &stop, Progress &progress)
{
    const auto begun = std::chrono::steady_clock::now();
    IndexSummary summary;
    std::vector<fs::path> all = inputs;
    if (inputs.empty()) {
        const auto unfinished = unfinishedEvidence(file);
        if (!unfinished)
            return tl::unexpected(unfinished.error());
        all.assign(unfinished->begin(), unfinished->end());
    }
    {
        Indexing indexing(file, reading, stop, progress, summary);
        if (auto read = indexing.run(findEvidence(all, stop)); !read)
            return tl::unexpected(read.error());
    }
    if (!summary.cancelled) {
        const auto current = bringUpToDate(file, engine, stop, progress);
        if (!current && current.error().code == ErrorCode::Cancelled)
            summary.cancelled = true;
        else if (!current)
            return tl::unexpected(current.error());
    }
    const auto counts = caseCounts(file);
    const auto alertTotals = alertCounts(file);
    if (!counts || !alertTotals)
        return tl::unexpected(!counts ? counts.error() : alertTotals.error());
    summary.processes = counts->processes;
    summary.connections = counts->connections;
    summary.dnsQueries = counts->dnsQueries;
    summary.detections = counts->detections;
    summary.alerts = alertTotals->open + alertTotals->decided + alertTotals->allowed;
    summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    progress.stage = Progress::Stage::Done;
    return summary;
}

} // namespace

Result<IndexSummary> indexInto(CaseFile &file, const std::vector<fs::path> &inputs, const Engine &engine,
                               const std::stop_token &stop, Progress &progress)
{
    return runIndexing(file, inputs, engine, {}, stop, progress);
}

Result<IndexSummary> indexForDetection(CaseFile &file, const std::vector<fs::path> &inputs,
                                       const Engine &engine, const std::stop_token &stop, Progress &progress)
{
    EngineSessions sessions(engine);
    ReadOptions reading;
    reading.prepare = [&](EventBatch &batch) { // on the threads that decode
        const auto session = sessions.take();
        std::erase_if(batch.events, [&](const Event &event) {
            return !hasFact(event) && !engine.mayMatch(event, joinGains(event), *session);
        });
    };
    return runIndexing(file, inputs, Engine({}), reading, stop, progress);
}

Result<IndexSummary> indexEvidence(const fs::path &casePath, const std::vector<fs::path> &inputs,
                                   const Engine &engine, const std::stop_token &stop, Progress &progress)
{
    auto file = CaseFile::open(casePath, CaseFile::Mode::Create);
    if (!file)
        return tl::unexpected(file.error());
    return indexInto(*file, inputs, engine, stop, progress);
}

} // namespace lolscope

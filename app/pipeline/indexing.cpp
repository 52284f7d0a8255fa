#include "app/pipeline/indexing.h"

#include "app/pipeline/checkpointing.h"
#include "app/pipeline/detecting.h"
#include "app/pipeline/detectionlosses.h"
#include "app/pipeline/enginesessions.h"
#include "app/pipeline/evidencefiles.h"
#include "app/pipeline/readahead.h"
#include "app/pipeline/ruledigests.h"
#include "model/base/files.h"
#include "model/base/sha256.h"
#include "model/store/alertstore.h"
#include "model/store/casestate.h"
#include "model/store/eventwriter.h"
#include "model/store/facts.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <optional>

namespace lolscope {

namespace fs = std::filesystem;

namespace {

class Indexing
{
public:
    /// `prune` takes events out of batches that are not to be kept; may be none.
    Indexing(CaseFile &file, EventWriter::Candidates candidates, std::function<void(EventBatch &)> prune,
             const std::stop_token &stop, Progress &progress, IndexSummary &summary)
        : m_file(file)
        , m_candidates(std::move(candidates))
        , m_prune(std::move(prune))
        , m_stop(stop)
        , m_progress(progress)
        , m_summary(summary)
        , m_identifies(!file.path().empty())
    {
        m_writer.emplace(m_file, m_candidates);
    }

    Result<void> run(const std::vector<EvidenceFile> &files)
    {
        if (m_stop
                .stop_requested()) { // perhaps not all files were found: a plan of a part would hide the rest
            m_summary.cancelled = true;
            return {};
        }
        m_progress.stage = Progress::Stage::Reading;
        std::vector<std::string> paths;
        for (const EvidenceFile &file : files)
            paths.push_back(file.path.string());
        if (auto planned = m_writer->plan(paths); !planned)
            return planned;
        for (const EvidenceFile &file : files)
            m_progress.bytesTotal += fileFacts(file.path).bytes;
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
        return m_writer->commit();
    }

private:
    /// A file being read, and its hash being made at the same time.
    struct Reading
    {
        Reading(const fs::path &name, std::launch ahead, const std::function<void(EventBatch &)> &prepare,
                const std::stop_token &stop)
            : file(name)
            , path(file.string())
            , state(fileFacts(file))
            , hash(std::async(ahead, [name, stop] { return fileSha256(name, stop); }))
            , events(file, {.prepare = prepare})
        {}
        fs::path file;
        std::string path; ///< In UTF-8.
        FileFacts state;
        std::string sha256; ///< Once it is known.
        std::future<Result<std::string>> hash;
        ReadAhead events;
    };

    /// What is done on the threads that decode.
    std::function<void(EventBatch &)> preparation() const
    {
        if (!m_prune)
            return m_writer->preparation();
        return [prune = m_prune, prepare = m_writer->preparation()](EventBatch &batch) {
            prune(batch);
            prepare(batch);
        };
    }

    Result<void> readFile(const EvidenceFile &file)
    {
        const std::string path = file.path.string();
        if (!file.error.empty())
            return failed(path, {}, 0, file.error);
        const FileFacts facts = fileFacts(file.path);
        if (facts.kind != FileKind::File)
            return failed(path, {}, 0,
                          facts.error                        ? facts.error.message()
                              : facts.kind == FileKind::None ? "no such file"
                                                             : "not a regular file");
        const std::uint64_t before = m_progress.bytesDone;
        Reading reading(file.path, m_identifies ? std::launch::async : std::launch::deferred, preparation(),
                        m_stop);
        auto read = identifyAndIndex(reading, before);
        if (read)
            m_progress.bytesDone = before + reading.state.bytes;
        return read;
    }

    Result<void> identifyAndIndex(Reading &reading, std::uint64_t before)
    {
        // Only a file of a size that the case has may be one that the case has.
        const auto mayBeKnown = m_writer->hasEvidenceOf(reading.state.bytes);
        if (!mayBeKnown)
            return tl::unexpected(mayBeKnown.error());
        const auto opened = reading.events.opened();
        if (*mayBeKnown || !opened) {
            auto hash = reading.hash.get();
            if (!hash)
                return unhashed(reading, hash.error());
            reading.sha256 = *hash;
            const auto known = m_writer->findEvidence(reading.sha256);
            if (!known)
                return tl::unexpected(known.error());
            if (*known && (*known)->state == EvidenceRow::State::Done) {
                m_summary.files.push_back({FileOutcome::State::Skipped, **known});
                m_summary.files.back().row.path = reading.path;
                return m_writer->skip(reading.path);
            }
        }
        if (!opened)
            return failed(reading.path, reading.sha256, reading.state.bytes,
                          describe({opened.error().code, opened.error().detail, {}, opened.error().offset}));
        return index(reading, before);
    }

    Result<void> index(Reading &reading, std::uint64_t before)
    {
        constexpr std::uint64_t kCommitEvents = 20'000; // bounds what a kill costs, and the write-ahead log
        constexpr std::uint64_t kMostUnidentified = 200'000; // read on with while the hash is being made
        const auto evidence = m_writer->begin(reading.path, reading.sha256, reading.state.bytes);
        if (!evidence)
            return tl::unexpected(evidence.error());
        std::uint64_t uncommitted = 0;
        std::vector<Damage> damage;
        for (bool more = true; more;) {
            if (m_stop.stop_requested())
                return cancelled(reading);
            const auto batch = reading.events.next();
            if (!batch) {
                if (auto noted = note(*evidence, {batch.error().detail, batch.error().offset}, damage);
                    !noted)
                    return noted;
            }
            more = batch && *batch;
            if (more) {
                if (auto added = m_writer->add(*evidence, **batch); !added)
                    return added;
                m_progress.records += (*batch)->events.size();
                m_progress.bytesDone =
                    before + std::min<std::uint64_t>(reading.state.bytes, reading.events.bytesDone());
                for (const Damage &one : (*batch)->damage)
                    if (damage.size() < EvidenceRow::kMaxDamageRows) // all of it is counted
                        damage.push_back(one);
                uncommitted += (*batch)->events.size();
            }
            if (more && uncommitted < (isIdentified(reading) ? kCommitEvents : kMostUnidentified))
                continue;
            // Nothing is kept of evidence that is not identified.
            if (m_identifies && reading.sha256.empty()) {
                auto hash = reading.hash.get();
                if (!hash)
                    return unhashed(reading, hash.error());
                reading.sha256 = *hash;
                if (auto identified = m_writer->identify(*evidence, *hash); !identified)
                    return identified;
            }
            if (more)
                if (auto committed = m_writer->commit(); !committed)
                    return committed;
            uncommitted = 0;
        }
        // What was indexed has to be what the hash stands for.
        if (fileFacts(reading.file) != reading.state && fileSha256(reading.file) != reading.sha256)
            if (auto noted = note(*evidence, {"the file changed while it was read"}, damage); !noted)
                return noted;
        auto row = m_writer->finish(*evidence);
        if (!row)
            return tl::unexpected(row.error());
        if (auto committed = m_writer->commit(); !committed)
            return committed;
        row->damage = std::move(damage);
        m_summary.records += row->records;
        m_summary.duplicates += row->duplicates;
        m_summary.recovered += row->recovered;
        m_summary.lost += row->lost;
        m_summary.bytes += reading.state.bytes;
        m_summary.files.push_back({FileOutcome::State::Indexed, std::move(*row)});
        return {};
    }

    /// Whether what was read of a file may be committed without waiting for its hash.
    bool isIdentified(const Reading &reading) const
    {
        return !m_identifies || !reading.sha256.empty()
            || reading.hash.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }

    /// Forgets what was read of a file since the last commit.
    void forget(Reading &reading)
    {
        reading.events.stop();
        m_writer.emplace(m_file, m_candidates);
    }

    Result<void> unhashed(Reading &reading, const Error &error)
    {
        if (error.code == ErrorCode::Cancelled)
            return cancelled(reading);
        forget(reading);
        return failed(reading.path, {}, reading.state.bytes, error.detail);
    }

    Result<void> note(EvidenceId evidence, Damage one, std::vector<Damage> &damage)
    {
        EventBatch batch;
        batch.damage.push_back(one);
        damage.push_back(std::move(one));
        return m_writer->add(evidence, batch);
    }

    Result<void> failed(const std::string &path, const std::string &hash, std::uint64_t bytes,
                        const std::string &reason)
    {
        auto row = m_writer->addFailed(path, hash, bytes, reason);
        if (!row)
            return tl::unexpected(row.error());
        row->path = path;
        m_summary.files.push_back({FileOutcome::State::Failed, std::move(*row)});
        return m_writer->commit();
    }

    Result<void> cancelled(Reading &reading)
    {
        m_summary.cancelled = true;
        if (reading.sha256.empty())
            forget(reading);
        return m_writer->commit();
    }

    CaseFile &m_file;
    EventWriter::Candidates m_candidates;
    std::function<void(EventBatch &)> m_prune;
    std::optional<EventWriter> m_writer;
    std::stop_token m_stop;
    Progress &m_progress;
    IndexSummary &m_summary;
    const bool m_identifies; ///< Evidence by its SHA-256: a temporary case is kept by nobody.
};

} // namespace

bool IndexSummary::imperfect() const
{
    return std::any_of(files.begin(), files.end(), [](const FileOutcome &file) {
        return file.state == FileOutcome::State::Failed || isDamaged(file.row);
    });
}

bool IndexSummary::isOpen() const
{
    return std::any_of(losses.begin(), losses.end(), hidesDetections);
}

Result<std::vector<fs::path>> unreadFiles(const CaseFile &file)
{
    return unfinishedEvidence(file).map([](const std::vector<std::string> &names) {
        std::vector<fs::path> paths;
        std::transform(names.begin(), names.end(), std::back_inserter(paths), utf8Path);
        return paths;
    });
}

Result<bool> needsIndexing(const CaseFile &file)
{
    const auto unfinished = unfinishedEvidence(file);
    if (!unfinished)
        return tl::unexpected(unfinished.error());
    const auto links = isStale(file, Stage::Links);
    const auto detections = isStale(file, Stage::Detections);
    const auto correlations = isStale(file, Stage::Correlations);
    for (const auto *stale : {&links, &detections, &correlations})
        if (!*stale)
            return tl::unexpected(stale->error());
    return !unfinished->empty() || *links || *detections || *correlations;
}

namespace {

/// The alerts of rules that the engine does not have.
std::uint64_t alertsOfOthers(std::map<std::string, std::uint64_t> alerts, const Engine &engine)
{
    for (const auto *rules : {&engine.rules(), &engine.correlations().rules()})
        for (const auto &rule : *rules)
            alerts.erase(rule->id);
    std::uint64_t sum = 0;
    for (const auto &[rule, count] : alerts)
        sum += count;
    return sum;
}

/// Reads, then does `finish` with what the case has.
Result<IndexSummary> runIndexing(CaseFile &file, const std::vector<fs::path> &inputs,
                                 const EventWriter::Candidates &candidates,
                                 const std::function<void(EventBatch &)> &prune,
                                 const std::function<Result<void>()> &finish, const std::stop_token &stop,
                                 Progress &progress)
{
    const auto begun = std::chrono::steady_clock::now();
    IndexSummary summary;
    {
        Indexing indexing(file, candidates, prune, stop, progress, summary);
        if (auto read = indexing.run(findEvidence(inputs, stop)); !read)
            return tl::unexpected(read.error());
    }
    if (!summary.cancelled) {
        const auto current = finish();
        if (!current && current.error().code == ErrorCode::Cancelled)
            summary.cancelled = true;
        else if (!current)
            return tl::unexpected(current.error());
    }
    const auto counts = caseCounts(file);
    const auto alertTotals = alertCounts(file);
    auto open = losses(file);
    if (!counts || !alertTotals)
        return tl::unexpected(!counts ? counts.error() : alertTotals.error());
    if (!open)
        return tl::unexpected(open.error());
    summary.losses = std::move(*open);
    summary.events = counts->events;
    summary.processes = counts->processes;
    summary.connections = counts->connections;
    summary.connectionRecords = counts->connectionRecords;
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
    EngineSessions sessions(engine);
    const EventWriter::Candidates candidates{
        ruleSetName(engine), [&](std::span<const Event> events) { return sessions.mayMatch(events, stop); }};
    std::uint64_t goneAlerts = 0;
    const auto finish = [&]() -> Result<void> {
        const auto before = alertsByRule(file);
        if (!before)
            return tl::unexpected(before.error());
        goneAlerts = alertsOfOthers(*before, engine);
        // Linking and detecting leave a core free: what is written before them moves into the case meanwhile.
        Checkpointing checkpointing(file);
        checkpointing.start();
        if (auto linked = bringLinksUpToDate(file, stop, progress); !linked)
            return linked;
        checkpointing.start();
        return bringUpToDate(file, engine, stop, progress);
    };
    return runIndexing(file, inputs, candidates, {}, finish, stop, progress).map([&](IndexSummary summary) {
        summary.goneAlerts = summary.cancelled ? 0 : goneAlerts;
        return summary;
    });
}

Result<IndexSummary> indexForDetection(CaseFile &file, const std::vector<fs::path> &inputs,
                                       const Engine &engine, const std::stop_token &stop, Progress &progress)
{
    EngineSessions sessions(engine);
    const auto prune = [&](EventBatch &batch) {
        const auto session = sessions.take();
        std::erase_if(batch.events, [&](const Event &event) {
            return !hasFact(event) && !engine.mayMatch(event, joinGains(event), *session);
        });
    };
    const auto finish = [&] { return bringLinksUpToDate(file, stop, progress); };
    return runIndexing(file, inputs, {}, prune, finish, stop, progress);
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

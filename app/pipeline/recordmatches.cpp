#include "app/pipeline/recordmatches.h"

#include "app/pipeline/enginesessions.h"
#include "app/pipeline/evidencefiles.h"
#include "app/pipeline/helperprogram.h"
#include "model/base/files.h"
#include "model/base/text.h"
#include "model/evtx/eventreader.h"
#include "model/store/eventkey.h"

#include <chrono>
#include <cstring>
#include <unordered_set>

namespace lolscope {

namespace {

/// In front of the texts of an event in EventBatch::prepared.
struct Head
{
    EventKey key = {};
    std::size_t bytes = 0;
};

struct KeyHash
{
    std::size_t operator()(const EventKey &key) const
    {
        std::size_t hash = 0;
        std::memcpy(&hash, key.data(), sizeof hash);
        return hash;
    }
};

class Run
{
public:
    Run(const Engine &engine, const WriteMatch &write,
        const std::function<Result<void>(const std::string &)> &output, const std::stop_token &stop,
        Progress &progress, IndexSummary &summary)
        : m_engine(engine)
        , m_write(write)
        , m_output(output)
        , m_stop(stop)
        , m_progress(progress)
        , m_summary(summary)
        , m_sessions(engine)
    {}

    /// Error: of the output alone.
    Result<void> read(const EvidenceFile &file)
    {
        FileOutcome outcome;
        outcome.row.path = file.path.string();
        outcome.row.bytes = fileFacts(file.path).bytes;
        const std::uint64_t before = m_progress.bytesDone;

        ReadOptions options;
        options.helper = helperProgram();
        options.stop = m_stop;
        options.prepare = [&](EventBatch &batch) { match(outcome.row.path, batch); };
        auto reader = file.error.empty() ? openEvents(file.path, options)
                                         : fail(ErrorCode::Io, file.error, outcome.row.path);
        if (!reader) {
            outcome.state = FileOutcome::State::Failed;
            outcome.row.error =
                describe({reader.error().code, reader.error().detail, {}, reader.error().offset});
            m_summary.files.push_back(std::move(outcome));
            m_progress.bytesDone = before + outcome.row.bytes;
            return {};
        }
        EventBatch batch;
        Result<void> written;
        for (bool isMore = true; isMore && written;) {
            if (m_stop.stop_requested()) {
                m_summary.cancelled = true;
                break;
            }
            const auto more = (*reader)->next(batch);
            written = m_output(unseen(batch.prepared));
            outcome.row.records += batch.events.size();
            m_progress.records += batch.events.size();
            m_progress.bytesDone = before + (*reader)->bytesDone();
            for (const Damage &one : batch.damage)
                note(one, outcome.row);
            if (!more)
                note({more.error().detail, more.error().offset}, outcome.row);
            isMore = more && *more;
        }
        m_summary.records += outcome.row.records;
        m_summary.lost += outcome.row.lost;
        m_summary.bytes += outcome.row.bytes;
        m_summary.files.push_back(std::move(outcome));
        return written;
    }

private:
    static void note(const Damage &damage, EvidenceRow &row)
    {
        row.lost += damage.records;
        if (row.damage.size() < EvidenceRow::kMaxDamageRows) // all of it is counted
            row.damage.push_back(damage);
    }

    /// On the threads that decode.
    void match(const std::string &path, EventBatch &batch)
    {
        const auto session = m_sessions.take();
        std::string texts, scratch;
        for (const Event &event : batch.events) {
            const auto matches = m_engine.evaluate(event, *session);
            if (matches.empty())
                continue;
            texts.clear();
            for (const Match &match : matches)
                m_write(path, event, match, texts);
            const Head head{eventKey(event, eventFormHash(event), foldCase(event.computer), scratch),
                            texts.size()};
            batch.prepared.append(reinterpret_cast<const char *>(&head), sizeof head);
            batch.prepared += texts;
        }
    }

    /// The texts of `prepared` whose events were not met before.
    const std::string &unseen(std::string_view prepared)
    {
        m_texts.clear();
        while (!prepared.empty()) {
            Head head;
            std::memcpy(&head, prepared.data(), sizeof head);
            if (m_seen.insert(head.key).second)
                m_texts += prepared.substr(sizeof head, head.bytes);
            prepared.remove_prefix(sizeof head + head.bytes);
        }
        return m_texts;
    }

    const Engine &m_engine;
    const WriteMatch &m_write;
    const std::function<Result<void>(const std::string &)> &m_output;
    std::stop_token m_stop;
    Progress &m_progress;
    IndexSummary &m_summary;
    EngineSessions m_sessions;
    std::unordered_set<EventKey, KeyHash> m_seen;
    std::string m_texts;
};

} // namespace

Result<IndexSummary> matchRecords(const std::vector<std::filesystem::path> &inputs, const Engine &engine,
                                  const WriteMatch &write,
                                  const std::function<Result<void>(const std::string &)> &output,
                                  const std::stop_token &stop, Progress &progress)
{
    const auto begun = std::chrono::steady_clock::now();
    IndexSummary summary;
    Run run(engine, write, output, stop, progress, summary);
    const auto files = findEvidence(inputs, stop);
    progress.stage = Progress::Stage::Detecting;
    for (const EvidenceFile &file : files)
        progress.bytesTotal += fileFacts(file.path).bytes;
    for (const EvidenceFile &file : files) {
        if (auto read = run.read(file); !read)
            return tl::unexpected(read.error());
        summary.cancelled = summary.cancelled || stop.stop_requested();
        if (summary.cancelled)
            break;
    }
    summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    progress.stage = Progress::Stage::Done;
    return summary;
}

} // namespace lolscope

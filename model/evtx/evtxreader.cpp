#include "model/evtx/evtxreader.h"

#include "model/base/orderedjobs.h"
#include "model/evtx/chunkdecoder.h"
#include "model/evtx/evtxfile.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <vector>

namespace lolscope {

namespace {

/// Chunks decoded as one job: enough that handing it over costs nothing, few enough to stay in a core's
/// cache.
constexpr std::uint64_t kChunksPerJob = 8;

/// What a job makes: batches of at most kBatchEvents. Those past `used` are kept for later jobs.
struct Decoded
{
    std::vector<std::unique_ptr<EventBatch>> batches;
    std::size_t used = 0;
    std::optional<Error> error; ///< Behind the batches.

    EventBatch &target()
    {
        if (used == 0 || batches[used - 1]->events.size() >= EventReader::kBatchEvents) {
            if (used == batches.size())
                batches.push_back(std::make_unique<EventBatch>());
            batches[used++]->clear();
        }
        return *batches[used - 1];
    }
};

/// Reads and decodes jobs; each thread has one.
class Decoder
{
public:
    Decoder(const EvtxFile &file, const ReadOptions &options)
        : m_file(file)
        , m_prepare(options.prepare)
        , m_buffer(kChunksPerJob * kEvtxChunkBytes + kReadAhead)
        , m_decoder(options.xml)
    {}

    void decode(std::uint64_t job, Decoded &out)
    {
        out.used = 0;
        out.error.reset();
        if (job == 0)
            out.target().damage = m_file.damage();
        const std::uint64_t first = job * kChunksPerJob;
        const auto wanted =
            static_cast<std::size_t>(std::min(kChunksPerJob, m_file.chunkCount() - first) * kEvtxChunkBytes);
        const auto got = m_file.read(first, std::span(m_buffer).first(wanted));
        if (!got) {
            out.error = got.error();
            return;
        }
        std::fill_n(m_buffer.begin() + static_cast<std::ptrdiff_t>(*got), kReadAhead, std::uint8_t{0});
        const ChunkDecoder::Target target = [&out]() -> EventBatch & { return out.target(); };
        for (std::size_t at = 0; at < *got; at += kEvtxChunkBytes) {
            const std::size_t bytes = std::min<std::size_t>(kEvtxChunkBytes, *got - at);
            const std::uint64_t chunk = first + at / kEvtxChunkBytes;
            m_decoder.decode({m_buffer.data() + at, bytes, false}, chunk, m_file.expectations(chunk), target);
        }
        if (m_prepare)
            for (std::size_t i = 0; i < out.used; ++i)
                m_prepare(*out.batches[i]);
    }

private:
    const EvtxFile &m_file;
    const std::function<void(EventBatch &)> &m_prepare;
    std::vector<std::uint8_t> m_buffer;
    ChunkDecoder m_decoder;
};

class EvtxReader : public EventReader
{
public:
    EvtxReader(EvtxFile file, const ReadOptions &options)
        : m_file(std::move(file))
        , m_options(options)
        , m_jobs((m_file.chunkCount() + kChunksPerJob - 1) / kChunksPerJob)
    {
        const unsigned wanted =
            options.threads ? options.threads : std::max(1U, std::thread::hardware_concurrency());
        const auto threads =
            static_cast<unsigned>(std::min<std::uint64_t>({wanted, ReadOptions::kMaxThreads, m_jobs}));
        if (threads > 1)
            m_parallel.emplace(m_jobs, threads, std::size_t{2} * threads, [this] { return worker(); });
        else
            m_alone.emplace(m_file, m_options);
    }

    Result<bool> next(EventBatch &batch) override
    {
        batch.clear();
        while (!m_decoded || m_batch == m_decoded->used) {
            if (m_decoded && m_decoded->error) {
                m_failed = m_decoded->error;
                m_decoded->error.reset();
            }
            if (m_failed)
                return tl::unexpected(*m_failed);
            if (!advance())
                return takeHeaderDamage(batch);
        }
        batch.swap(*m_decoded->batches[m_batch++]);
        return true;
    }

    std::uint64_t bytesDone() const override
    {
        return m_job == m_jobs ? m_file.bytes()
                               : std::min(m_file.bytes(), EvtxFile::chunkOffset(m_job * kChunksPerJob));
    }

private:
    OrderedJobs<Decoded>::Worker worker()
    {
        // A std::function is copied, a decoder is not.
        return [decoder = std::make_shared<Decoder>(m_file, m_options)](std::uint64_t job, Decoded &out) {
            decoder->decode(job, out);
        };
    }

    /// Fetches the next job; false behind the last.
    bool advance()
    {
        m_batch = 0;
        if (m_job == m_jobs)
            return false;
        if (m_parallel) {
            m_decoded = m_parallel->next();
        } else {
            m_alone->decode(m_job, m_own);
            m_decoded = &m_own;
        }
        ++m_job;
        return true;
    }

    /// A file without chunks has no job that could tell of it.
    bool takeHeaderDamage(EventBatch &batch)
    {
        m_decoded = nullptr;
        if (m_jobs > 0 || m_ended || m_file.damage().empty())
            return false;
        m_ended = true;
        batch.damage = m_file.damage();
        return true;
    }

    EvtxFile m_file;
    ReadOptions m_options;
    std::uint64_t m_jobs;
    std::uint64_t m_job = 0; ///< The next to fetch.
    Decoded *m_decoded = nullptr;
    std::size_t m_batch = 0; ///< The next of m_decoded to give.
    std::optional<Error> m_failed;
    bool m_ended = false;
    Decoded m_own;
    std::optional<Decoder> m_alone; ///< With one thread.
    std::optional<OrderedJobs<Decoded>> m_parallel; ///< Last: its threads use the file.
};

} // namespace

Result<std::unique_ptr<EventReader>> openEvtx(const std::filesystem::path &path, const ReadOptions &options)
{
    auto file = EvtxFile::open(path);
    if (!file)
        return tl::unexpected(file.error());
    return std::make_unique<EvtxReader>(std::move(*file), options);
}

} // namespace lolscope

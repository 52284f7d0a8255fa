#include "app/pipeline/readahead.h"

#include "app/pipeline/helperprogram.h"

namespace lolscope {

ReadAhead::ReadAhead(std::filesystem::path path, ReadOptions options)
    : m_path(std::move(path))
    , m_options(std::move(options))
    , m_thread([this](const std::stop_token &stop) { read(stop); })
{}

ReadAhead::~ReadAhead() = default; // the jthread asks to stop and joins

void ReadAhead::read(const std::stop_token &stop)
{
    ReadOptions options = m_options;
    options.helper = helperProgram();
    options.stop = stop;
    auto reader = openEvents(m_path, options);
    {
        const std::lock_guard lock(m_mutex);
        m_opened = reader ? Result<void>() : tl::unexpected(reader.error());
    }
    m_changed.notify_all();
    Result<void> ended;
    while (reader) {
        std::unique_lock lock(m_mutex);
        // The batch being looked at counts as not free.
        if (!m_changed.wait(lock, stop, [&] { return m_filled - m_taken + (m_holding ? 1 : 0) < kAhead; }))
            return;
        EventBatch &batch = m_ring[m_filled % kAhead];
        lock.unlock();
        const auto more = (*reader)->next(batch);
        m_bytesDone = (*reader)->bytesDone();
        if (!more)
            ended = tl::unexpected(more.error());
        if (!more || !*more)
            break;
        lock.lock();
        ++m_filled;
        lock.unlock();
        m_changed.notify_all();
    }
    {
        const std::lock_guard lock(m_mutex);
        m_ended = ended;
    }
    m_changed.notify_all();
}

void ReadAhead::stop()
{
    m_thread.request_stop();
    m_thread.join();
}

Result<void> ReadAhead::opened()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return m_opened.has_value(); });
    return *m_opened;
}

Result<const EventBatch *> ReadAhead::next()
{
    std::unique_lock lock(m_mutex);
    m_holding = false;
    m_changed.notify_all();
    m_changed.wait(lock, [&] { return m_taken < m_filled || m_ended.has_value(); });
    if (m_taken < m_filled) {
        m_holding = true;
        return &m_ring[m_taken++ % kAhead];
    }
    if (!*m_ended)
        return tl::unexpected(m_ended->error());
    return nullptr;
}

} // namespace lolscope

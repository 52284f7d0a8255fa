#include "app/jobs/casereader.h"

namespace lolscope {

CaseReader::CaseReader(std::filesystem::path path, QObject *parent)
    : QObject(parent)
    , m_path(std::move(path))
{
    m_pool.setMaxThreadCount(1);
    m_pool.setExpiryTimeout(-1);
}

CaseReader::~CaseReader()
{
    m_pool.clear();
    // again and again: an interrupt between two statements of a query is lost
    do {
        const std::scoped_lock lock(m_running);
        m_closing = true;
        if (m_busy)
            m_busy->interrupt();
    } while (!m_pool.waitForDone(20));
}

quint64 CaseReader::supersede(Topic topic)
{
    const quint64 generation = ++m_generations[static_cast<std::size_t>(topic)];
    const std::scoped_lock lock(m_running);
    if (m_busy && m_topic == topic)
        m_busy->interrupt(); // nobody wants that answer any more
    return generation;
}

bool CaseReader::current(std::optional<Topic> topic, quint64 generation) const
{
    return !topic || m_generations[static_cast<std::size_t>(*topic)].load() == generation;
}

void CaseReader::enqueue(Job job)
{
    m_pool.start(std::move(job), ++m_priority);
}

Result<const CaseFile *> CaseReader::file()
{
    if (!m_file) {
        auto opened = CaseFile::open(m_path, CaseFile::Mode::ReadOnly);
        if (!opened)
            return tl::unexpected(opened.error());
        m_file.emplace(std::move(*opened));
        const std::scoped_lock lock(m_running);
        if (m_closing) // asked while there was nothing to interrupt yet
            return fail(ErrorCode::Cancelled, "the case was closed", m_path.string());
        m_busy = &*m_file;
    }
    return &*m_file;
}

bool CaseReader::begin(std::optional<Topic> topic, quint64 generation)
{
    const std::scoped_lock lock(m_running);
    if (m_closing || !current(topic, generation))
        return false;
    m_busy = m_file ? &*m_file : nullptr;
    m_topic = topic;
    return true;
}

void CaseReader::end()
{
    const std::scoped_lock lock(m_running);
    m_busy = nullptr;
    m_topic.reset();
}

} // namespace lolscope

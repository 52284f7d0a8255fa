#include "app/jobs/channellist.h"

#include <mutex>
#include <optional>
#include <thread>

using namespace std::chrono_literals;

namespace lolscope {

struct ChannelList::Mailbox
{
    std::mutex mutex;
    std::optional<Answer> answer;
};

ChannelList::ChannelList(Read read, QObject *parent)
    : QObject(parent)
    , m_read(std::move(read))
{
    m_timer.setInterval(50ms);
    connect(&m_timer, &QTimer::timeout, this, &ChannelList::look);
}

ChannelList::~ChannelList()
{
    m_stop.request_stop();
}

void ChannelList::ask(EventLogComputer computer)
{
    m_stop.request_stop();
    m_stop = {};
    m_mailbox = std::make_shared<Mailbox>();
    std::thread([mailbox = m_mailbox, read = m_read, stop = m_stop.get_token(),
                 computer = std::move(computer)] {
        auto channels = read(computer, stop);
        const std::lock_guard lock(mailbox->mutex);
        mailbox->answer = std::move(channels);
    }).detach();
    m_timer.start();
}

void ChannelList::look()
{
    std::optional<Answer> answer;
    {
        const std::lock_guard lock(m_mailbox->mutex);
        answer.swap(m_mailbox->answer);
    }
    if (!answer)
        return;
    m_timer.stop();
    m_answer = std::move(*answer);
    Q_EMIT answered();
}

} // namespace lolscope

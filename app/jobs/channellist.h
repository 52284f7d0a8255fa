#pragma once

#include "model/live/eventlogchannels.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <stop_token>

namespace lolscope {

/// Lists the channels of a computer on a thread of its own, because a computer far away may not answer for a
/// long time. Nobody waits for it: the answer to an earlier question, or for one that is gone, is dropped.
///
/// Lives in the GUI thread and emits only there.
class ChannelList : public QObject
{
    Q_OBJECT
public:
    using Answer = Result<std::vector<EventLogChannel>>;
    using Read = std::function<Answer(const EventLogComputer &, const std::stop_token &)>;
    /// `read` is called on another thread, which may outlive this.
    explicit ChannelList(Read read, QObject *parent = nullptr);
    ~ChannelList() override;

    void ask(EventLogComputer computer);
    const Answer &channels() const { return m_answer; } ///< The last one.

Q_SIGNALS:
    void answered();

private:
    struct Mailbox;
    void look();

    const Read m_read;
    std::stop_source m_stop;
    Answer m_answer;
    std::shared_ptr<Mailbox> m_mailbox; // of the last question
    QTimer m_timer;
};

} // namespace lolscope

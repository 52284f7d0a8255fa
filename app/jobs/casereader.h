#pragma once

#include "model/base/result.h"
#include "model/store/casefile.h"

#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include <array>
#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>

namespace lolscope {

/// Answers questions about a case from one read-only connection on one thread of its own.
///
/// Call from the GUI thread; answers come there too. A newer question on a topic replaces the older one: a
/// waiting one is not asked any more, a running one is interrupted, and its answer is dropped. The answer is
/// also dropped when `context` is gone. Destruction interrupts the running query and waits for it.
class CaseReader : public QObject
{
    Q_OBJECT
public:
    enum class Topic {
        Overview,
        Alerts,
        Alert,
        EventList,
        Event,
        EventXml,
        Preview,
        Conditions,
        Allowlist,
        Evidence,
        Counts,
        Writes,
        Count
    };

    /// The file is opened by the first question, not here.
    explicit CaseReader(std::filesystem::path path, QObject *parent = nullptr);
    ~CaseReader() override;

    const std::filesystem::path &path() const { return m_path; }

    /// `query` gets a `const CaseFile &` and gives a Result; it runs on the reader's thread and must own what
    /// it uses. `answer` gets that Result, in the GUI thread.
    template<typename Query, typename Answer>
    void ask(Topic topic, QObject *context, Query query, Answer answer)
    {
        const quint64 generation = supersede(topic);
        post(topic, generation, context, std::move(query), std::move(answer));
    }
    /// The same, but nothing replaces it. The latest is served first: it is what the user looks at now.
    template<typename Query, typename Answer>
    void askAlways(QObject *context, Query query, Answer answer)
    {
        post({}, 0, context, std::move(query), std::move(answer));
    }

private:
    using Job = std::function<void()>;
    quint64 supersede(Topic topic);
    bool current(std::optional<Topic> topic, quint64 generation) const;
    void enqueue(Job job);
    /// Opens the file when it is not open yet. Worker thread only. Error: also Cancelled.
    Result<const CaseFile *> file();
    bool begin(std::optional<Topic> topic, quint64 generation);
    void end();

    template<typename Query, typename Answer>
    void post(std::optional<Topic> topic, quint64 generation, QObject *context, Query query, Answer answer)
    {
        enqueue([this, topic, generation, guard = QPointer<QObject>(context), query = std::move(query),
                 answer = std::move(answer)]() mutable {
            using Value = decltype(query(std::declval<const CaseFile &>()));
            if (!begin(topic, generation))
                return;
            const auto opened = file();
            Value value = opened ? query(**opened) : Value(tl::unexpected(opened.error()));
            end();
            // std::function wants copies; values may be move-only
            auto shared = std::make_shared<Value>(std::move(value));
            QMetaObject::invokeMethod(
                this,
                [this, topic, generation, guard, shared, answer = std::move(answer)] {
                    if (guard && current(topic, generation))
                        answer(std::move(*shared));
                },
                Qt::QueuedConnection);
        });
    }

    const std::filesystem::path m_path;
    std::optional<CaseFile> m_file; // the worker's
    std::array<std::atomic<quint64>, static_cast<std::size_t>(Topic::Count)> m_generations = {};

    std::mutex m_running; // guards the three below: what may be interrupted
    const CaseFile *m_busy = nullptr;
    std::optional<Topic> m_topic;
    bool m_closing = false;

    int m_priority = 0;
    QThreadPool m_pool; // one thread: the connection is never used by two at once
};

} // namespace lolscope

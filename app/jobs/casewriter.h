#pragma once

#include "app/pipeline/writeturns.h"
#include "model/base/result.h"
#include "model/store/casefile.h"

#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include <filesystem>
#include <memory>

namespace lolscope {

/// Runs what changes a case (decisions, copies, exports), one after the other, off the GUI thread.
///
/// Each work has a connection of its own for as long as it takes, and takes its turn with others that write
/// the case in this program. Nothing is dropped: destruction waits until everything asked for is written.
class CaseWriter : public QObject
{
    Q_OBJECT
public:
    explicit CaseWriter(std::filesystem::path path,
                        std::shared_ptr<WriteTurns> turns = std::make_shared<WriteTurns>(),
                        QObject *parent = nullptr);
    ~CaseWriter() override;

    /// Whether something asked for is not written yet, or its `done` has not returned.
    bool isBusy() const { return m_pending > 0; }

    /// `work` gets a `CaseFile &` and gives a Result; it runs on the writer's thread and must own what it
    /// uses. `done` gets that Result in the GUI thread, unless `context` is gone; it must not destroy the
    /// writer. Call from the GUI thread.
    template<typename Work, typename Done>
    void run(QObject *context, Work work, Done done)
    {
        ++m_pending;
        m_pool.start([this, guard = QPointer<QObject>(context), work = std::move(work),
                      done = std::move(done)]() mutable {
            using Value = decltype(work(std::declval<CaseFile &>()));
            m_turns->take();
            auto value = std::make_shared<Value>([&]() -> Value {
                auto file = CaseFile::open(m_path, CaseFile::Mode::ReadWrite);
                return file ? work(*file) : Value(tl::unexpected(file.error()));
            }());
            m_turns->give();
            QMetaObject::invokeMethod(
                this,
                [this, guard, value, done = std::move(done)] {
                    if (guard)
                        done(std::move(*value));
                    if (--m_pending == 0)
                        Q_EMIT idle();
                },
                Qt::QueuedConnection);
        });
    }

Q_SIGNALS:
    /// Everything asked for is written.
    void idle();

private:
    const std::filesystem::path m_path;
    const std::shared_ptr<WriteTurns> m_turns;
    int m_pending = 0; // the GUI thread's
    QThreadPool m_pool; // one thread: one writer at a time, in the order of the asking
};

} // namespace lolscope

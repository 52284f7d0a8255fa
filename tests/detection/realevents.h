#pragma once

#include "model/base/event.h"
#include "model/evtx/eventreader.h"
#include "tests/support/reallogs.h"

#include <QDirIterator>
#include <QStringList>

#include <memory>
#include <vector>

namespace lolscope::test {

/// Events that stay: batches and pointers into them, each record as read, nothing joined.
class KeptEvents
{
public:
    /// Adds every record of a log. What cannot be opened or read is left out; the readers' own tests see to
    /// it.
    void add(const QString &path)
    {
        auto reader = openEvents(path.toStdString(), {.threads = 1});
        if (!reader)
            return;
        for (;;) {
            auto batch = std::make_unique<EventBatch>();
            const auto more = (*reader)->next(*batch);
            if (!more || !*more)
                return;
            for (const auto &event : batch->events)
                m_events.push_back(&event);
            m_batches.push_back(std::move(batch));
        }
    }

    const std::vector<const Event *> &events() const { return m_events; }

private:
    std::vector<std::unique_ptr<EventBatch>> m_batches;
    std::vector<const Event *> m_events;
};

/// Files below a folder with that ending, in the order of their names.
inline QStringList filesBelow(const QString &folder, const QString &ending)
{
    QStringList paths;
    QDirIterator entries(folder, {QStringLiteral("*.") + ending}, QDir::Files, QDirIterator::Subdirectories);
    while (entries.hasNext())
        paths << entries.next();
    paths.sort();
    return paths;
}

/// SigmaHQ's rules and regression data beside the real logs (https://github.com/SigmaHQ/sigma), or an empty
/// text where they are absent.
inline QString sigmaHq()
{
    const QString folder = realLogs() + QStringLiteral("/sigmahq");
    return !realLogs().isEmpty() && QDir(folder).exists() ? folder : QString();
}

/// Every record of the real logs and of SigmaHQ's regression data, read once.
inline const KeptEvents &realEvents()
{
    static const KeptEvents kEvents = [] {
        KeptEvents events;
        for (const QString &path : filesBelow(realLogs() + QStringLiteral("/evtx"), QStringLiteral("evtx")))
            events.add(path);
        if (!sigmaHq().isEmpty())
            for (const QString &path : filesBelow(sigmaHq(), QStringLiteral("evtx")))
                events.add(path);
        return events;
    }();
    return kEvents;
}

} // namespace lolscope::test

#include "app/jobs/rulefolderwatch.h"

#include "app/pipeline/ruleset.h"

#include <QtConcurrentRun>

namespace lolscope {

RuleFolderWatch::RuleFolderWatch(std::filesystem::path ruleSet, std::chrono::milliseconds interval,
                                 QObject *parent)
    : QObject(parent)
    , m_ruleSet(std::move(ruleSet))
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(interval);
    connect(&m_timer, &QTimer::timeout, this, &RuleFolderWatch::look);
    connect(&m_watcher, &QFutureWatcherBase::finished, this, [this] {
        m_timer.start();
        const std::string now = m_watcher.result();
        const std::string before = std::exchange(m_last, now);
        if (m_ran.empty())
            m_ran = now;
        else if (!now.empty() && now != m_ran && now == before)
            Q_EMIT changed();
    });
    look();
}

RuleFolderWatch::~RuleFolderWatch()
{
    m_watcher.disconnect(this);
    m_watcher.waitForFinished();
}

void RuleFolderWatch::look()
{
    m_watcher.setFuture(QtConcurrent::run([ruleSet = m_ruleSet] {
        const auto set = readRuleSet(ruleSet);
        return set ? ruleFilesState(*set) : std::string(); // who runs the rules says what is wrong
    }));
}

} // namespace lolscope

#include "app/jobs/indexjob.h"

#include "app/pipeline/ruleset.h"

#include <QtConcurrentRun>

using namespace std::chrono_literals;

namespace lolscope {

IndexJob::IndexJob(std::filesystem::path casePath, std::vector<std::filesystem::path> inputs,
                   std::filesystem::path ruleSet, QObject *parent)
    : QObject(parent)
    , m_casePath(std::move(casePath))
    , m_inputs(std::move(inputs))
    , m_ruleSet(std::move(ruleSet))
{
    const auto sample = [this] {
        Q_EMIT progressed({m_progress.stage.load(), m_progress.bytesDone.load(), m_progress.bytesTotal.load(),
                           m_progress.records.load()});
    };
    m_sampler.setInterval(100ms);
    connect(&m_sampler, &QTimer::timeout, this, sample);
    connect(&m_watcher, &QFutureWatcherBase::finished, this, [this, sample] {
        m_sampler.stop();
        sample();
        const auto result = m_watcher.result();
        if (result)
            Q_EMIT finished(*result);
        else
            Q_EMIT failed(result.error());
    });
}

IndexJob::~IndexJob()
{
    cancel();
    m_watcher.disconnect(this);
    m_watcher.waitForFinished();
}

void IndexJob::start()
{
    Q_ASSERT(!m_watcher.isRunning());
    m_sampler.start();
    m_watcher.setFuture(QtConcurrent::run([this, stop = m_stop.get_token()]() -> Result<IndexSummary> {
        std::error_code ignored; // a folder that cannot be made shows itself when the case is opened
        std::filesystem::create_directories(m_casePath.parent_path(), ignored);
        auto set = m_ruleSet.empty() ? Result<RuleSet>() : readRuleSet(m_ruleSet);
        if (!set) {
            m_ruleErrors.push_back(set.error());
            set = RuleSet();
        }
        m_ruleFiles = ruleFilesState(*set);
        const auto rules = loadRuleSet(*set);
        for (Error &error : unreadableFolders(*set, rules))
            m_ruleErrors.push_back(std::move(error));
        const Engine engine(rules.running(), rules.runningCorrelations());
        return indexEvidence(m_casePath, m_inputs, engine, stop, m_progress);
    }));
}

void IndexJob::cancel()
{
    m_stop.request_stop();
}

} // namespace lolscope

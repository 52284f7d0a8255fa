#pragma once

#include "app/pipeline/indexing.h"

#include <QFutureWatcher>
#include <QObject>
#include <QTimer>

#include <stop_token>

namespace lolscope {

/// What an IndexJob was doing when it was last looked at.
struct IndexSample
{
    Progress::Stage stage = Progress::Stage::Finding;
    quint64 bytesDone = 0, bytesTotal = 0, records = 0;
};

/// Runs indexEvidence() on a pool thread for the GUI, with the rules of the rule set kept in a settings file:
/// its folders are read anew each time.
///
/// Lives in the GUI thread and emits only there. The worker never signals per record: it counts, and a timer
/// here looks ten times a second. After start() exactly one of finished() and
/// failed() comes, finished() also after cancel().
/// Destroying a running job cancels it and waits, so nothing the worker uses can go away under it.
class IndexJob : public QObject
{
    Q_OBJECT
public:
    /// Without evidence it links and runs the rules where that is to be done. Without a
    /// settings file the bundled rules run.
    IndexJob(std::filesystem::path casePath, std::vector<std::filesystem::path> inputs,
             std::filesystem::path ruleSet = {}, QObject *parent = nullptr);
    ~IndexJob() override;

    const std::vector<std::filesystem::path> &inputs() const { return m_inputs; }

    /// Rules that did not run and the user has to know of, once finished() is told: the settings file or a
    /// rule folder could not be read. Single refused rules are in the list of rules.
    const std::vector<Error> &ruleErrors() const { return m_ruleErrors; }
    /// What it read, for RuleFolderWatch; once finished() or failed() is told.
    const std::string &ruleFiles() const { return m_ruleFiles; }

public Q_SLOTS:
    void start();
    void cancel();

Q_SIGNALS:
    void progressed(const lolscope::IndexSample &sample);
    void finished(const lolscope::IndexSummary &summary);
    void failed(const lolscope::Error &error);

private:
    const std::filesystem::path m_casePath;
    const std::vector<std::filesystem::path> m_inputs;
    const std::filesystem::path m_ruleSet;
    std::vector<Error> m_ruleErrors; // the worker's until it ended
    std::string m_ruleFiles; // the worker's until it ended
    std::stop_source m_stop;
    Progress m_progress;
    QTimer m_sampler;
    QFutureWatcher<Result<IndexSummary>> m_watcher;
};

} // namespace lolscope

#pragma once

#include "app/pipeline/watching.h"

#include <QObject>

#include <filesystem>
#include <memory>
#include <stop_token>

class QThread;

namespace lolscope {

/// A live source the user wants to watch.
struct WatchSource
{
    std::string name; ///< For people; that of the WatchInput.
    OpenSource open;
};
/// The source that `name` means to watchInput().
WatchSource watchSource(std::string name, StreamFormat format = StreamFormat::Auto);
/// Event logs. The password lives as long as the source, so that it can be opened again.
WatchSource watchSource(EventLogRequest request);
/// What an earlier run watched, as far as the bookmarks of its case tell: of a folder of which it read
/// several files, the folder; of each computer one source with its channels, as whoever runs the program.
std::vector<WatchSource> watchedSources(const LiveBookmarks &bookmarks);

/// Runs watch() on a thread of its own for the GUI, with the rules of the rule set kept in a settings file.
///
/// Lives in the GUI thread and emits only there. No call waits for the thread: stop() asks, and after start()
/// exactly one of finished() and failed() comes. Only destroying a running job stops it and waits, so that
/// nothing it uses goes away under it.
class WatchJob : public QObject
{
    Q_OBJECT
public:
    /// The case is made when it is missing, and written in turn with others that take `turns`.
    WatchJob(std::filesystem::path casePath, std::vector<WatchSource> sources, std::filesystem::path ruleSet,
             std::shared_ptr<WriteTurns> turns, QObject *parent = nullptr);
    ~WatchJob() override;

    /// All that were ever watched, by the numbers of WatchControl.
    const std::vector<WatchSource> &sources() const { return m_sources; }
    void add(WatchSource source);
    void pause(std::size_t source, bool paused) { m_control.pause(source, paused); }
    void stopSource(std::size_t source) { m_control.stop(source); }

    /// Rules that did not run and the user has to know of, once started() is told.
    bool isStopping() const { return m_stop.stop_requested(); }
    const std::vector<Error> &ruleErrors() const { return m_ruleErrors; }
    /// What it read, for RuleFolderWatch; from started() on.
    const std::string &ruleFiles() const { return m_ruleFiles; }

public Q_SLOTS:
    void start();
    void stop();

Q_SIGNALS:
    /// The case is there and can be opened.
    void started();
    /// About once a second, and soon after something was asked for.
    void sampled(const lolscope::WatchStatus &status);
    /// The alerts of the case were worked out anew. `arrived` are those that were not there before, oldest
    /// first.
    void alertsChanged(const std::vector<std::string> &arrived);
    void finished(const lolscope::WatchSummary &summary);
    void failed(const lolscope::Error &error);

private:
    Result<WatchSummary> run();
    void tell(auto signal);

    const std::filesystem::path m_casePath;
    const std::filesystem::path m_ruleSet;
    std::vector<WatchSource> m_sources;
    const std::vector<WatchSource> m_first; // the thread's
    std::vector<Error> m_ruleErrors; // the thread's until started()
    std::string m_ruleFiles; // the thread's until started()
    std::vector<std::string> m_arrived; // the thread's
    WatchControl m_control;
    std::stop_source m_stop;
    std::unique_ptr<QThread> m_thread;
};

} // namespace lolscope

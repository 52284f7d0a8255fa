#pragma once

#include "app/jobs/alertview.h"
#include "app/jobs/casereader.h"
#include "app/jobs/casewriter.h"
#include "app/jobs/indexjob.h"
#include "app/jobs/rulefolderwatch.h"
#include "app/jobs/watchjob.h"
#include "app/views/pace.h"
#include "app/views/theme.h"

#include <QMainWindow>
#include <QTimer>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

class QLabel;
class QSplitter;
class QStackedWidget;
class QToolButton;

namespace lolscope {

class AlertPanel;
class Banner;
class Decisions;
class DetailsPanel;
class EventPanel;
class LiveStrip;
class TreePanel;

/// The workbench: one case, its alerts, the tree and the facts of the selected one, and its events.
///
/// The window asks the CaseReader and tells the Decisions; it runs no query and reads no file itself.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    explicit MainWindow(Theme &theme, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// Case files are opened as cases (the last one stays), everything else is evidence for the current case.
    void openPaths(const QStringList &names);
    void openCase(const QString &name);
    /// Reads evidence into the current case, or into a new one in the user's data folder.
    void openEvidence(const QStringList &names);
    /// Paths dropped on the window: folders of rules alone become rule folders, all else is opened.
    void openDropped(const QStringList &names);
    /// The case that evidence goes into from now on; it is made when it is missing.
    void setCaseForEvidence(const QString &name) { m_casePath = pathOf(name); }
    /// Where the rule set is kept, instead of `rules.json` in the user's settings folder.
    void setRuleSetFile(const QString &name);
    /// Asks what to watch.
    void chooseLive();
    /// Watches live sources into the current case or a new one, besides those that are watched already.
    void watchLive(std::vector<WatchSource> sources);

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    static std::filesystem::path pathOf(const QString &name);
    static std::filesystem::path newCasePath(); ///< In the user's data folder.

    // mainwindow.cpp: what it is made of
    QWidget *buildWorkbench();
    QWidget *buildWelcome();
    void buildStatusBar();
    void connectPanels();
    void restoreLayout();
    void saveLayout() const;

    // mainwindow_actions.cpp: what can be done
    void buildActions();
    void buildMenus();
    void buildHelpMenu();
    void enableActions();

    // mainwindow_dialogs.cpp: what asks first
    void chooseEvidence(bool folder);
    void chooseCase();
    void saveCaseAs();
    void exportReport();
    void decide(Verdict verdict);
    void callBenign();
    void addNote();
    void removeItemOfAlert();
    void manageAllowlist();
    void showEvidence();
    /// `added` are folders the user wants to add.
    void showRuleSets(const std::vector<std::filesystem::path> &added = {});

    // mainwindow_indexing.cpp: the job
    void startIndexing(std::vector<std::filesystem::path> inputs);
    /// Runs the rules as they are now over the case, and over what is watched.
    void runChangedRules(std::vector<std::filesystem::path> unread);
    void completeIndexing();
    void indexingFinished(const IndexSummary &summary);
    /// Lets the job go and tidies up after it; false when the window is to close instead.
    bool endJob();

    // mainwindow_watching.cpp: live sources
    void connectLive();
    void resumeLive();
    void restartElevated();
    void showWatchStatus(const WatchStatus &status);
    void alertsArrived(const std::vector<std::string> &ids);
    void watchingFinished(const WatchSummary &summary);
    /// Ends watching, then does `then`, which may be empty: at once when nothing is watched.
    void stopWatching(std::function<void()> then);
    /// Lets the job go; false when the window is to close instead.
    bool endWatch();
    void watchAgain(std::size_t source);
    void offerToResume();
    void showTitle();

    // mainwindow_case.cpp: the case
    void useCase(std::filesystem::path path);
    void closeCase();
    /// Does `then` as soon as everything asked for is written; the last wish counts. Waiting for a running
    /// export or copy here would freeze the window.
    void whenWritten(std::function<void()> then);
    void reload();
    /// After a decision: the alerts alone, counting a large case takes its time.
    void reloadAlerts();
    /// Reads the case again when somebody else has written to it.
    void lookForWrites();
    /// While watching: the counts and the list of events, now and then.
    void refreshEvents();
    void setAlerts(std::vector<AlertRow> alerts);
    void showOverview(CaseOverview overview);
    void showCounts(const CaseCounts &counts);
    /// What becomes of the tree when an alert is loaded: Refreshed has the same rows with other counts.
    enum class Tree { New, Refreshed, Kept };
    void loadAlert(Tree tree);
    /// The facts of the row selected in the tree; those of the alert on its own rows.
    void showNode();
    void loadEvent(EventId id);
    void loadXml();
    void report(const Error &error);

    Theme &m_theme;
    std::filesystem::path m_casePath; // empty: none chosen yet
    std::filesystem::path m_ruleSetFile;
    std::unique_ptr<RuleFolderWatch> m_ruleFolders;
    std::unique_ptr<CaseWriter> m_writer;
    std::unique_ptr<CaseReader> m_reader;
    std::unique_ptr<IndexJob> m_job;
    std::unique_ptr<WatchJob> m_watch;
    std::shared_ptr<WriteTurns> m_turns = std::make_shared<WriteTurns>(); // of decisions and watching
    std::function<void()> m_afterWatch;
    std::vector<LiveStatus::State> m_watchStates; // by source
    LiveBookmarks m_bookmarks; // of the case
    bool m_mayOffer = false; // to resume watching: once for each case
    std::vector<std::string> m_arrived; // new alerts that are not listed yet
    bool m_alertsAsked = false, m_alertsAgain = false; // see reloadAlerts()
    Pace m_alertsPace{5};
    QTimer m_alertsTimer; // while watching: when to ask again
    QTimer m_writesTimer; // when to ask for them
    std::int64_t m_writes = 0; // CaseOverview::writes of what is shown
    bool m_alertRefreshing = false; // the one shown was asked for, to be refreshed
    Pace m_countsPace{20, 3'000};
    Decisions *m_decisions;
    std::function<void()> m_whenWritten;
    bool m_closing = false; // close as soon as nothing is written any more
    /// What a cancelled run was to read: the case knows only of the files that were begun.
    std::vector<std::filesystem::path> m_unread;
    std::vector<std::filesystem::path> m_pending; // what the case says is unread
    bool m_unfinished = false; // the case lacks something that was to be read
    Tree m_treeNext = Tree::Kept; // for the alert shown, when the alerts are loaded again

    Banner *m_banner = nullptr;
    LiveStrip *m_live = nullptr;
    QStackedWidget *m_pages = nullptr;
    AlertPanel *m_alerts = nullptr;
    TreePanel *m_tree = nullptr;
    Unfolded m_unfolded; // in the tree of the selected alert
    EventPanel *m_events = nullptr;
    DetailsPanel *m_details = nullptr;
    QSplitter *m_columns = nullptr;
    QSplitter *m_middle = nullptr;

    QLabel *m_caseLabel = nullptr;
    QLabel *m_countsLabel = nullptr;
    QLabel *m_liveLabel = nullptr;
    QLabel *m_indexLabel = nullptr;
    QLabel *m_detectionsLabel = nullptr;
    QToolButton *m_errorsButton = nullptr;

    struct Actions
    {
        QAction *openEvidence, *openFolder, *openCase, *watchLive, *resumeLive, *stopLive, *completeIndexing,
            *saveCaseAs, *evidence, *exportReport, *quit;
        QAction *undo, *redo, *benign, *suspicious, *malicious, *note, *clear, *previous, *next;
        QAction *origin, *parent, *processEvents, *manage, *removeItem, *ruleSets;
    };
    Actions m_do = {};
};

} // namespace lolscope

#include "app/views/alertpanel.h"
#include "app/views/decisions.h"
#include "app/views/eventpanel.h"
#include "app/views/mainwindow.h"
#include "app/views/plaintext.h"
#include "app/views/treepanel.h"

#include <QActionGroup>
#include <QMenuBar>
#include <QMessageBox>
#include <QToolBar>
#include <QTreeView>

namespace lolscope {

namespace {

QAction *makeAction(MainWindow *window, const char *name, const QString &text, const QKeySequence &key,
                    auto &&slot)
{
    auto *action = new QAction(text, window);
    action->setObjectName(QString::fromLatin1(name));
    action->setShortcut(key);
    QObject::connect(action, &QAction::triggered, window, std::forward<decltype(slot)>(slot));
    window->addAction(action); // its key works wherever the focus is
    return action;
}

} // namespace

void MainWindow::buildActions()
{
    const auto make = [this](const char *name, const QString &text, const QKeySequence &key, auto &&slot) {
        return makeAction(this, name, text, key, std::forward<decltype(slot)>(slot));
    };
    m_do.openEvidence =
        make("openEvidence", tr("Open evidence…"), QKeySequence::Open, [this] { chooseEvidence(false); });
    m_do.openFolder = make("openFolder", tr("Open folder…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O),
                           [this] { chooseEvidence(true); });
    m_do.openCase = make("openCase", tr("Open case…"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_O),
                         [this] { chooseCase(); });
    m_do.watchLive =
        make("watchLive", tr("Watch live…"), QKeySequence(Qt::CTRL | Qt::Key_L), [this] { chooseLive(); });
    m_do.resumeLive = make("resumeLive", tr("Resume watching"), {}, [this] { resumeLive(); });
    m_do.stopLive = make("stopLive", tr("Stop watching"), {}, [this] { stopWatching({}); });
    m_do.completeIndexing =
        make("completeIndexing", tr("Complete indexing"), {}, [this] { completeIndexing(); });
    m_do.saveCaseAs = make("saveCaseAs", tr("Save case as…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S),
                           [this] { saveCaseAs(); });
    m_do.evidence = make("evidence", tr("Evidence…"), {}, [this] { showEvidence(); });
    m_do.exportReport =
        make("export", tr("Export…"), QKeySequence(Qt::CTRL | Qt::Key_E), [this] { exportReport(); });
    m_do.quit = make("quit", tr("Quit"), QKeySequence::Quit, [this] { close(); });

    m_do.benign = make("benign", tr("Benign…"), Qt::Key_B, [this] { callBenign(); });
    m_do.suspicious =
        make("suspicious", tr("Suspicious"), Qt::Key_S, [this] { decide(Verdict::Suspicious); });
    m_do.malicious = make("malicious", tr("Malicious"), Qt::Key_M, [this] { decide(Verdict::Malicious); });
    m_do.note = make("note", tr("Add note"), Qt::Key_N, [this] { addNote(); });
    m_do.clear = make("clearVerdict", tr("Clear verdict"), {}, [this] { decide(Verdict::None); });
    m_do.previous =
        make("previousAlert", tr("Previous alert"), Qt::Key_BracketLeft, [this] { m_alerts->step(-1); });
    m_do.next = make("nextAlert", tr("Next alert"), Qt::Key_BracketRight, [this] { m_alerts->step(1); });
    m_do.origin =
        make("goToOrigin", tr("Go to the alert's process"), Qt::Key_Home, [this] { m_tree->goToOrigin(); });
    m_do.parent =
        make("goToParent", tr("Go to the parent process"), Qt::Key_P, [this] { m_tree->goToParent(); });
    m_do.processEvents = make("processEvents", tr("Show events of this process"), {},
                              [this] { m_events->setScope(EventPanel::Scope::Process); });
    m_do.manage = make("manageAllowlist", tr("Manage…"), {}, [this] { manageAllowlist(); });
    m_do.removeItem =
        make("removeItem", tr("Remove the item that allows this alert"), {}, [this] { removeItemOfAlert(); });

    m_do.ruleSets = make("ruleSets", tr("Rule sets…"), {}, [this] { showRuleSets(); });

    m_do.undo = m_decisions->history()->createUndoAction(this, tr("Undo"));
    m_do.undo->setShortcut(QKeySequence::Undo);
    m_do.redo = m_decisions->history()->createRedoAction(this, tr("Redo"));
    m_do.redo->setShortcuts(
        {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
}

void MainWindow::buildMenus()
{
    auto *file = menuBar()->addMenu(tr("&File"));
    file->addActions({m_do.openEvidence, m_do.openFolder, m_do.openCase});
    file->addSeparator();
    file->addActions({m_do.watchLive, m_do.resumeLive, m_do.stopLive});
    file->addSeparator();
    file->addActions({m_do.completeIndexing, m_do.saveCaseAs, m_do.evidence, m_do.exportReport});
    file->addSeparator();
    file->addAction(m_do.quit);

    auto *view = menuBar()->addMenu(tr("&View"));
    view->addActions({m_do.origin, m_do.parent, m_do.processEvents});
    view->addSeparator();
    auto *themes = view->addMenu(tr("Theme"));
    auto *choices = new QActionGroup(this);
    const QString names[] = {tr("System"), tr("Dark"), tr("Light")};
    for (int choice = 0; choice < 3; ++choice) {
        auto *action = themes->addAction(names[choice]);
        action->setCheckable(true);
        action->setChecked(static_cast<int>(m_theme.choice()) == choice);
        choices->addAction(action);
        connect(action, &QAction::triggered, this,
                [this, choice] { m_theme.setChoice(static_cast<Theme::Choice>(choice)); });
    }

    auto *triage = menuBar()->addMenu(tr("&Triage"));
    triage->addActions({m_do.undo, m_do.redo});
    triage->addSeparator();
    triage->addActions({m_do.benign, m_do.suspicious, m_do.malicious, m_do.note, m_do.clear});
    triage->addSeparator();
    triage->addActions({m_do.previous, m_do.next});

    menuBar()->addMenu(tr("&Rules"))->addAction(m_do.ruleSets);
    auto *allow = menuBar()->addMenu(tr("&Allowlist"));
    allow->addActions({m_do.manage, m_do.removeItem});
    buildHelpMenu();

    auto *bar = addToolBar(tr("Tools"));
    bar->setObjectName(QStringLiteral("tools"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->addActions({m_do.openEvidence, m_do.watchLive, m_do.openCase});
    auto *space = new QWidget(bar);
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(space);
    bar->addAction(m_do.exportReport);
}

void MainWindow::buildHelpMenu()
{
    auto *help = menuBar()->addMenu(tr("&Help"));
    const auto tell = [this](const QString &title, const QString &text) {
        auto *box = new QMessageBox(QMessageBox::NoIcon, title, text, QMessageBox::Close, this);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->setTextFormat(Qt::PlainText);
        box->open();
    };
    connect(help->addAction(tr("Keys")), &QAction::triggered, this, [this, tell] {
        QStringList lines;
        for (const QAction *action : actions())
            if (!action->shortcut().isEmpty())
                lines << QStringLiteral("%1\t%2").arg(action->shortcut().toString(QKeySequence::NativeText),
                                                      action->text());
        lines << tr("Ctrl+Z\tUndo") << tr("Ctrl+C\tCopy rows") << tr("Ctrl+Shift+C\tCopy rows defanged");
        tell(tr("Keys"), lines.join(QLatin1Char('\n')));
    });
    connect(help->addAction(tr("About Lolscope")), &QAction::triggered, this, [tell] {
        tell(tr("About Lolscope"),
             tr("Lolscope %1\nFinds network activity of Windows' own programs in event logs.")
                 .arg(QStringLiteral(LOLSCOPE_VERSION)));
    });
}

void MainWindow::enableActions()
{
    const AlertRow *alert = m_alerts->current();
    const bool canDecide = alert && !m_job; // one writer at a time
    const bool allowed = alert && alert->status == Status::Allowed;
    for (QAction *action : {m_do.openEvidence, m_do.openFolder})
        action->setEnabled(!m_job && !m_watch);
    for (QAction *action : {m_do.openCase, m_do.ruleSets, m_do.watchLive})
        action->setEnabled(!m_job);
    for (QAction *action : {m_do.exportReport, m_do.manage})
        action->setEnabled(m_reader && !m_job);
    m_do.saveCaseAs->setEnabled(m_reader && !m_job && !m_watch);
    m_do.completeIndexing->setEnabled(m_reader && !m_job && !m_watch && m_unfinished);
    m_do.resumeLive->setEnabled(m_reader && !m_job && !m_watch && !m_bookmarks.empty());
    m_do.stopLive->setEnabled(m_watch != nullptr);
    m_do.evidence->setEnabled(m_reader != nullptr);
    for (QAction *action : {m_do.benign, m_do.suspicious, m_do.malicious, m_do.note})
        action->setEnabled(canDecide);
    m_do.clear->setEnabled(canDecide && alert->verdict != Verdict::None);
    m_do.removeItem->setEnabled(canDecide && allowed);
    for (QAction *action : {m_do.previous, m_do.next, m_do.origin, m_do.parent, m_do.processEvents})
        action->setEnabled(alert != nullptr);
    m_do.undo->setEnabled(!m_job && m_decisions->history()->canUndo());
    m_do.redo->setEnabled(!m_job && m_decisions->history()->canRedo());
}

} // namespace lolscope

#include "app/views/mainwindow.h"

#include "app/views/alertpanel.h"
#include "app/views/banner.h"
#include "app/views/decisions.h"
#include "app/views/detailspanel.h"
#include "app/views/eventpanel.h"
#include "app/views/livestrip.h"
#include "app/views/plaintext.h"
#include "app/views/treepanel.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QHeaderView>
#include <QListView>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QStatusBar>
#include <QTableView>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace lolscope {

namespace {

constexpr std::chrono::seconds kLookForWrites{1};

} // namespace

MainWindow::MainWindow(Theme &theme, QWidget *parent)
    : QMainWindow(parent)
    , m_theme(theme)
    , m_decisions(new Decisions(this))
{
    setAcceptDrops(true);
    setRuleSetFile(QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation)
                   + QStringLiteral("/rules.json"));
    setWindowTitle(tr("Lolscope"));
    buildActions();

    auto *central = new QWidget(this);
    m_banner = new Banner(central);
    m_pages = new QStackedWidget(central);
    m_pages->addWidget(buildWelcome());
    m_pages->addWidget(buildWorkbench());
    auto *column = new QVBoxLayout(central);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(m_banner);
    column->addWidget(m_pages, 1);
    setCentralWidget(central);

    buildMenus();
    buildStatusBar();
    connectPanels();
    restoreLayout();
    enableActions();
    connect(&m_writesTimer, &QTimer::timeout, this, &MainWindow::lookForWrites);
    m_writesTimer.start(kLookForWrites);
}

MainWindow::~MainWindow()
{
    m_watch.reset();
    closeCase(); // before the panels that use the reader go
}

QWidget *MainWindow::buildWorkbench()
{
    m_alerts = new AlertPanel;
    m_tree = new TreePanel;
    m_events = new EventPanel;
    m_live = new LiveStrip;
    m_live->hide();
    m_details = new DetailsPanel({m_do.benign, m_do.suspicious, m_do.malicious, m_do.note, m_do.clear});
    m_middle = new QSplitter(Qt::Vertical);
    m_middle->addWidget(m_tree);
    m_middle->addWidget(m_events);
    m_middle->setSizes({520, 260});
    m_columns = new QSplitter(Qt::Horizontal);
    auto *queue = new QWidget;
    auto *queueColumn = new QVBoxLayout(queue);
    queueColumn->setContentsMargins({});
    queueColumn->setSpacing(0);
    queueColumn->addWidget(m_alerts, 1);
    queueColumn->addWidget(m_live);
    m_columns->addWidget(queue);
    m_columns->addWidget(m_middle);
    m_columns->addWidget(m_details);
    m_columns->setSizes({440, 720, 340});
    m_columns->setStretchFactor(0, 0);
    m_columns->setStretchFactor(1, 1);
    m_columns->setStretchFactor(2, 0);
    for (QSplitter *splitter : {m_middle, m_columns}) {
        splitter->setHandleWidth(1);
        splitter->setChildrenCollapsible(false);
    }
    queue->setMinimumWidth(220);
    m_details->setMinimumWidth(270);
    m_middle->setMinimumWidth(460); // in a narrow window the sides give way first

    m_alerts->view()->addActions({m_do.benign, m_do.suspicious, m_do.malicious, m_do.note, m_do.clear,
                                  m_do.removeItem, m_do.processEvents});
    m_tree->view()->addAction(m_do.processEvents);
    return m_columns;
}

QWidget *MainWindow::buildWelcome()
{
    auto *page = new QWidget;
    auto *title = plainLabel(tr("Find what Windows' own programs did on the network"), page);
    QFont font = title->font();
    font.setPointSizeF(font.pointSizeF() * 1.5);
    title->setFont(font);
    auto *hint =
        plainLabel(tr("Open event logs (.evtx files, exported .xml or whole folders), or drop them here.\n"
                      "Or watch them while they are written."),
                   page);
    hint->setObjectName(QStringLiteral("dim"));
    hint->setAlignment(Qt::AlignHCenter);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    for (QAction *action : {m_do.openEvidence, m_do.openFolder, m_do.watchLive, m_do.openCase}) {
        auto *button = new QPushButton(action->text(), page);
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        connect(action, &QAction::enabledChanged, button, &QPushButton::setEnabled);
        buttons->addWidget(button);
    }
    buttons->addStretch(1);
    auto *column = new QVBoxLayout(page);
    column->setSpacing(14);
    column->addStretch(2);
    column->addWidget(title, 0, Qt::AlignHCenter);
    column->addWidget(hint, 0, Qt::AlignHCenter);
    column->addLayout(buttons);
    column->addStretch(3);
    return page;
}

void MainWindow::buildStatusBar()
{
    m_caseLabel = plainLabel(tr("no case"), this);
    m_countsLabel = plainLabel({}, this);
    m_liveLabel = plainLabel({}, this);
    m_liveLabel->setObjectName(QStringLiteral("liveLabel"));
    m_indexLabel = plainLabel({}, this);
    m_detectionsLabel = plainLabel({}, this);
    m_errorsButton = new QToolButton(this);
    m_errorsButton->setObjectName(QStringLiteral("errorsButton"));
    m_errorsButton->setToolTip(tr("Show what became of each file of evidence"));
    m_errorsButton->hide();
    connect(m_errorsButton, &QToolButton::clicked, this, &MainWindow::showEvidence);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addPermanentWidget(m_caseLabel);
    statusBar()->addPermanentWidget(m_countsLabel);
    statusBar()->addPermanentWidget(m_liveLabel);
    statusBar()->addPermanentWidget(m_indexLabel);
    statusBar()->addPermanentWidget(m_detectionsLabel);
    statusBar()->addPermanentWidget(m_errorsButton);
}

void MainWindow::connectPanels()
{
    connect(m_alerts, &AlertPanel::alertSelected, this, [this] { loadAlert(Tree::New); });
    connect(m_alerts->view(), &QListView::activated, this, [this] { m_tree->view()->setFocus(); });
    connect(m_tree, &TreePanel::unfoldAsked, this, [this] {
        m_unfolded.insert(*m_tree->currentProcess());
        loadAlert(Tree::Refreshed);
    });
    connect(m_tree, &TreePanel::rowSelected, this, [this] {
        const AlertRow *alert = m_alerts->current();
        showNode();
        m_events->setSubject(m_tree->currentProcess(), alert ? std::optional(alert->id) : std::nullopt);
        if (const auto event = m_tree->currentEvent()) {
            m_events->selectEvent(*event);
            loadEvent(*event);
        }
    });
    connect(m_events, &EventPanel::eventSelected, this, [this] {
        if (m_details->page()
            == DetailsPanel::Page::Alert) // else the user reads the XML of one after another
            m_details->setPage(DetailsPanel::Page::Event);
        if (const auto event = m_events->currentEvent())
            loadEvent(*event);
    });
    connect(m_events, &EventPanel::failed, this, &MainWindow::report);
    connect(m_details, &DetailsPanel::xmlWanted, this, &MainWindow::loadXml);
    connect(m_banner, &Banner::cancelled, this, [this] {
        if (m_job)
            m_job->cancel();
    });
    connectLive();
    connect(m_decisions, &Decisions::written, this, &MainWindow::reloadAlerts);
    connect(m_decisions, &Decisions::failed, this, &MainWindow::report);
}

void MainWindow::restoreLayout()
{
    resize(1500, 940);
    const QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
    m_columns->restoreState(settings.value(QStringLiteral("window/columns")).toByteArray());
    m_middle->restoreState(settings.value(QStringLiteral("window/middle")).toByteArray());
    m_tree->view()->header()->restoreState(settings.value(QStringLiteral("window/tree")).toByteArray());
    m_events->view()->horizontalHeader()->restoreState(
        settings.value(QStringLiteral("window/events")).toByteArray());
}

void MainWindow::saveLayout() const
{
    QSettings settings;
    settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    settings.setValue(QStringLiteral("window/columns"), m_columns->saveState());
    settings.setValue(QStringLiteral("window/middle"), m_middle->saveState());
    settings.setValue(QStringLiteral("window/tree"), m_tree->view()->header()->saveState());
    settings.setValue(QStringLiteral("window/events"), m_events->view()->horizontalHeader()->saveState());
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (m_job) { // waiting for it here would freeze the window
        m_closing = true;
        m_job->cancel();
        event->ignore();
        return;
    }
    if (m_watch) {
        m_closing = true;
        statusBar()->showMessage(tr("Closing as soon as everything is written…"));
        stopWatching({});
        event->ignore();
        return;
    }
    if (m_writer && m_writer->isBusy()) {
        m_closing = true;
        statusBar()->showMessage(tr("Closing as soon as everything is written…"));
        event->ignore();
        return;
    }
    saveLayout();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (!localFiles(*event->mimeData()).isEmpty() && !m_job && !m_watch && !QApplication::activeModalWidget())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    openDropped(localFiles(*event->mimeData()));
}

std::filesystem::path MainWindow::pathOf(const QString &name)
{
    return toPath(QFileInfo(name).absoluteFilePath());
}

} // namespace lolscope

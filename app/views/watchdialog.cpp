#include "app/views/watchdialog.h"

#include "app/views/channelpage.h"
#include "app/views/plaintext.h"
#include "model/live/journalreader.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardPaths>
#include <QTabWidget>
#include <QVBoxLayout>

namespace lolscope {

namespace {

QLabel *hint(const QString &text, QWidget *parent)
{
    auto *label = plainLabel(text, parent);
    label->setObjectName(QStringLiteral("dim"));
    label->setWordWrap(true);
    return label;
}

QPushButton *button(const QString &text, QWidget *parent)
{
    auto *made = new QPushButton(text, parent);
    made->setAutoDefault(false);
    return made;
}

} // namespace

WatchDialog::WatchDialog(ChannelList::Read readChannels, QWidget *parent)
    : QDialog(parent)
    , m_tabs(new QTabWidget(this))
    , m_channels(new ChannelPage(ChannelPage::Computer::This, readChannels, m_tabs))
    , m_remote(new ChannelPage(ChannelPage::Computer::Other, std::move(readChannels), m_tabs))
    , m_file(new QLineEdit(m_tabs))
    , m_stream(new QLineEdit(m_tabs))
    , m_format(new QComboBox(m_tabs))
    , m_missing(hint({}, this))
{
    setWindowTitle(tr("Watch live"));
    setObjectName(QStringLiteral("watchDialog"));
    m_tabs->setObjectName(QStringLiteral("watchPages"));
    m_tabs->setDocumentMode(true);
    // in the order of Page
    m_tabs->addTab(m_channels, tr("This computer"));
    m_tabs->addTab(m_remote, tr("Another computer"));
    m_tabs->addTab(buildFiles(), tr("File or folder"));
    m_tabs->addTab(buildStream(), tr("Stream"));
    if (!QStandardPaths::findExecutable(QStringLiteral("journalctl")).isEmpty())
        m_tabs->addTab(buildJournal(), tr("Journal"));

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_watch = buttons->button(QDialogButtonBox::Ok);
    m_watch->setObjectName(QStringLiteral("watchStart"));
    m_watch->setText(tr("Watch"));
    buttons->button(QDialogButtonBox::Cancel)->setText(tr("Cancel"));
    connect(buttons, &QDialogButtonBox::accepted, this, &WatchDialog::take);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *column = new QVBoxLayout(this);
    m_missing->setObjectName(QStringLiteral("watchMissing"));
    auto *line = new QHBoxLayout;
    line->addWidget(m_missing, 1);
    line->addWidget(buttons);
    column->addWidget(m_tabs, 1);
    column->addLayout(line);

    for (ChannelPage *channels : {m_channels, m_remote}) {
        connect(channels, &ChannelPage::changed, this, &WatchDialog::check);
        connect(channels, &ChannelPage::elevationWanted, this, &WatchDialog::elevationWanted);
    }
    connect(m_file, &QLineEdit::textChanged, this, &WatchDialog::check);
    connect(m_stream, &QLineEdit::textChanged, this, &WatchDialog::check);
    connect(m_tabs, &QTabWidget::currentChanged, this, &WatchDialog::check);
#ifdef Q_OS_WIN
    resize(760, 560);
#else
    resize(640, 300); // channels, which need the room, are there on Windows only
    showPage(Page::Files);
#endif
    check();
}

QWidget *WatchDialog::buildFiles()
{
    auto *page = new QWidget(m_tabs);
    m_file->setObjectName(QStringLiteral("watchFile"));
    m_file->setAccessibleName(tr("File or folder"));
    auto *file = button(tr("File…"), page);
    auto *folder = button(tr("Folder…"), page);
    connect(file, &QPushButton::clicked, this, [this] { choose(m_file, false); });
    connect(folder, &QPushButton::clicked, this, [this] { choose(m_file, true); });
    auto *line = new QHBoxLayout;
    line->addWidget(m_file, 1);
    line->addWidget(file);
    line->addWidget(folder);
    auto *column = new QVBoxLayout(page);
    column->addLayout(line);
    column->addWidget(
        hint(tr("An event log that grows (.evtx, event XML or JSON Lines), or a folder of them: "
                "files that come later are read too. What is there already is read first."),
             page));
    m_notYet = plainLabel(tr("There is nothing of that name yet: it is read as soon as it comes."), page);
    m_notYet->setObjectName(QStringLiteral("watchNotYet"));
    m_notYet->setWordWrap(true);
    column->addWidget(m_notYet);
    column->addStretch(1);
    return page;
}

QWidget *WatchDialog::buildStream()
{
    auto *page = new QWidget(m_tabs);
    m_stream->setObjectName(QStringLiteral("watchStream"));
    m_format->setObjectName(QStringLiteral("watchFormat"));
    m_format->addItem(tr("told event by event"), static_cast<int>(StreamFormat::Auto));
    m_format->addItem(tr("event XML"), static_cast<int>(StreamFormat::Xml));
    m_format->addItem(tr("JSON Lines"), static_cast<int>(StreamFormat::JsonLines));
    auto *file = button(tr("Choose…"), page);
    connect(file, &QPushButton::clicked, this, [this] { choose(m_stream, false); });
    auto *line = new QHBoxLayout;
    line->addWidget(m_stream, 1);
    line->addWidget(file);
    auto *form = new QFormLayout(page);
    form->addRow(tr("Pipe or file"), line);
    form->addRow(tr("Format"), m_format);
    form->addRow(
        hint(tr("A named pipe (FIFO) or a text file that another program writes events to, such as "
                "Winlogbeat, NXLog or Velociraptor. A pipe cannot go back: what it gave while nobody "
                "watched is not seen."),
             page));
    return page;
}

QWidget *WatchDialog::buildJournal()
{
    auto *page = new QWidget(m_tabs);
    auto *column = new QVBoxLayout(page);
    column->addWidget(plainLabel(tr("Sysmon for Linux, in the journal of this computer"), page));
    column->addWidget(
        hint(tr("Reading the journal of the system needs a member of adm or systemd-journal, or "
                "root."),
             page));
    column->addStretch(1);
    return page;
}

WatchDialog::Page WatchDialog::page() const
{
    return static_cast<Page>(m_tabs->currentIndex());
}

void WatchDialog::showPage(Page page)
{
    m_tabs->setCurrentIndex(static_cast<int>(page));
    if (page == Page::Files)
        m_file->setFocus();
}

void WatchDialog::showComputer(const QString &name)
{
    showPage(Page::Remote);
    m_remote->setComputer(name);
}

void WatchDialog::choose(QLineEdit *edit, bool folder)
{
    auto *dialog = new QFileDialog(this, folder ? tr("Folder to watch") : tr("File to watch"), edit->text());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(folder ? QFileDialog::Directory : QFileDialog::AnyFile);
    connect(dialog, &QFileDialog::fileSelected, edit, &QLineEdit::setText);
    dialog->open();
}

void WatchDialog::check()
{
    const auto missing = [this] {
        switch (page()) {
        case Page::Channels:
            return m_channels->missing();
        case Page::Remote:
            return m_remote->missing();
        case Page::Files:
            return m_file->text().trimmed().isEmpty() ? tr("Choose a file or folder to watch.") : QString();
        case Page::Stream:
            return m_stream->text().trimmed().isEmpty() ? tr("Choose a pipe or file to watch.") : QString();
        case Page::Journal:
            break;
        }
        return QString();
    };
    m_missing->setText(missing());
    m_watch->setEnabled(m_missing->text().isEmpty());
    const QString file = m_file->text().trimmed();
    m_notYet->setVisible(!file.isEmpty() && !QFileInfo::exists(file));
}

void WatchDialog::take()
{
    const auto path = [](const QLineEdit *edit) {
        return QFileInfo(edit->text().trimmed()).absoluteFilePath().toStdString();
    };
    switch (page()) {
    case Page::Channels:
        m_sources = m_channels->takeSources();
        break;
    case Page::Remote:
        m_sources = m_remote->takeSources();
        break;
    case Page::Files:
        m_sources = {watchSource(path(m_file))};
        break;
    case Page::Stream:
        m_sources = {watchSource(path(m_stream), static_cast<StreamFormat>(m_format->currentData().toInt()))};
        break;
    case Page::Journal:
        m_sources = {watchSource(JournalReader::kEvidence)};
        break;
    }
    accept();
}

} // namespace lolscope

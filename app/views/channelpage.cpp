#include "app/views/channelpage.h"

#include "app/views/elevation.h"
#include "app/views/errortext.h"
#include "app/views/plaindelegate.h"
#include "app/views/plaintext.h"
#include "model/items/displaytext.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace lolscope {

namespace {

enum Column { NameColumn, StateColumn, ColumnCount };
constexpr int kNameRole = Qt::UserRole; // as it is, not as it is shown

/// Windows has some 1,200. What a forged computer has beyond this is not listed.
constexpr std::size_t kMostListed = 5'000;

using Access = EventLogChannel::Access;

bool isKnown(const std::string &name)
{
    return name == "Security" || name == "Microsoft-Windows-Sysmon/Operational"
        || name == "Microsoft-Windows-DNS-Client/Operational";
}

QString stateText(const EventLogChannel &channel, ChannelPage::Computer computer)
{
    switch (channel.access) {
    case Access::Denied:
        return computer == ChannelPage::Computer::This
            ? ChannelPage::tr("needs an administrator or a member of Event Log Readers")
            : ChannelPage::tr("needs an account that is administrator or in Event Log Readers there");
    case Access::Direct:
        return ChannelPage::tr("analytic or debug channel, cannot be followed");
    case Access::Failed:
        return shown(windowsErrorText(channel.error));
    case Access::Readable:
        break;
    }
    return channel.isEnabled == false ? ChannelPage::tr("disabled in Windows: gives no new events")
                                      : ChannelPage::tr("can be watched");
}

} // namespace

ChannelPage::ChannelPage(Computer computer, ChannelList::Read read, QWidget *parent)
    : QWidget(parent)
    , m_computer(computer)
    , m_list(new ChannelList(std::move(read), this))
    , m_channels(new QTreeWidget(this))
    , m_search(new QLineEdit(this))
    , m_status(plainLabel({}, this))
    , m_elevate(new QPushButton(tr("Restart as administrator…"), this))
{
    m_search->setObjectName(QStringLiteral("channelSearch"));
    m_search->setPlaceholderText(tr("Search channels"));
    m_search->setAccessibleName(tr("Search channels"));
    m_search->setClearButtonEnabled(true);
    connect(m_search, &QLineEdit::textChanged, this, &ChannelPage::filter);
    m_channels->setObjectName(QStringLiteral("channels"));
    m_channels->setAccessibleName(tr("Channels"));
    m_channels->setHeaderLabels({tr("Channel"), tr("State")});
    m_channels->setItemDelegate(new PlainDelegate(m_channels));
    m_channels->setRootIsDecorated(false);
    m_channels->setUniformRowHeights(true);
    m_channels->header()->resizeSection(NameColumn, 330);
    connect(m_channels, &QTreeWidget::itemChanged, this, &ChannelPage::changed);
    m_status->setObjectName(QStringLiteral("channelStatus"));
    m_status->setWordWrap(true);
    m_elevate->setObjectName(QStringLiteral("elevate"));
    m_elevate->setAutoDefault(false);
    m_elevate->hide();
    connect(m_elevate, &QPushButton::clicked, this, &ChannelPage::elevationWanted);
    connect(m_list, &ChannelList::answered, this, &ChannelPage::showChannels);

    auto *column = new QVBoxLayout(this);
    if (m_computer == Computer::Other)
        column->addWidget(buildLogin());
    auto *line = new QHBoxLayout;
    line->addWidget(m_status, 1);
    line->addWidget(m_elevate);
    column->addLayout(line);
    column->addWidget(m_search);
    column->addWidget(m_channels, 1);
    m_begin = buildBegin();
    column->addWidget(m_begin);
    column->addStretch(0);
    if (m_computer == Computer::This)
        ask();
    else
        m_status->setText(tr("Connect to see the channels of the computer."));
}

QWidget *ChannelPage::buildLogin()
{
    auto *login = new QWidget(this);
    m_name = new QLineEdit(login);
    m_name->setObjectName(QStringLiteral("remoteComputer"));
    m_name->setPlaceholderText(tr("Name or address"));
    m_user = new QLineEdit(login);
    m_user->setObjectName(QStringLiteral("remoteUser"));
    m_user->setPlaceholderText(tr("DOMAIN\\user; empty: the one who runs Lolscope"));
    m_password = new QLineEdit(login);
    m_password->setObjectName(QStringLiteral("remotePassword"));
    m_password->setEchoMode(QLineEdit::Password);
    m_password->setPlaceholderText(tr("Kept while the computer is watched, never stored"));
    m_connect = new QPushButton(tr("Connect"), login);
    m_connect->setObjectName(QStringLiteral("remoteConnect"));
    m_connect->setAutoDefault(false);
    m_connect->setEnabled(false);
    connect(m_name, &QLineEdit::textChanged, this, [this] {
        m_connect->setEnabled(!m_name->text().trimmed().isEmpty());
        Q_EMIT changed();
    });
    connect(m_connect, &QPushButton::clicked, this, &ChannelPage::ask);
    auto *form = new QFormLayout(login);
    form->setContentsMargins({});
    auto *first = new QHBoxLayout;
    first->addWidget(m_name, 1);
    first->addWidget(m_connect);
    form->addRow(tr("Computer"), first);
    form->addRow(tr("User"), m_user);
    form->addRow(tr("Password"), m_password);
    return login;
}

QWidget *ChannelPage::buildBegin()
{
    auto *begin = new QWidget(this);
    m_fromOldest = new QRadioButton(tr("From the oldest event that is there"), begin);
    m_fromOldest->setObjectName(QStringLiteral("fromOldest"));
    m_fromNow = new QRadioButton(tr("From now on"), begin);
    m_fromNow->setObjectName(QStringLiteral("fromNow"));
    m_fromNow->setToolTip(tr("A channel that this case knows goes on where it was"));
    m_fromOldest->setChecked(true); // who started a process is in its past
    auto *line = new QHBoxLayout(begin);
    line->setContentsMargins({});
    line->addWidget(m_fromOldest);
    line->addWidget(m_fromNow);
    line->addStretch(1);
    return begin;
}

EventLogComputer ChannelPage::computer() const
{
    EventLogComputer computer;
    if (m_computer == Computer::This)
        return computer;
    computer.name = m_name->text().trimmed().toStdString();
    const QString user = m_user->text().trimmed();
    const qsizetype separator = user.indexOf(QLatin1Char('\\'));
    computer.domain = user.left(std::max<qsizetype>(0, separator)).toStdString();
    computer.user = user.mid(separator + 1).toStdString();
    computer.password = Secret(m_password->text().toStdString());
    return computer;
}

void ChannelPage::setComputer(const QString &name)
{
    if (m_name)
        m_name->setText(name);
}

void ChannelPage::ask()
{
    m_channels->clear();
    m_elevate->hide();
    m_listed = m_name ? m_name->text().trimmed() : QString();
    m_status->setText(tr("Reading the list of channels…"));
    m_list->ask(computer());
    Q_EMIT changed();
}

void ChannelPage::showChannels()
{
    const ChannelList::Answer &channels = m_list->channels();
    const QSignalBlocker quiet(m_channels);
    m_channels->clear();
    if (!channels) {
        m_status->setText(channels.error().code == ErrorCode::Unsupported
                              ? tr("Event log channels need Windows: they are there where Lolscope runs on "
                                   "Windows. Files, folders and streams can be watched here.")
                              : errorText(channels.error()));
        for (QWidget *widget : std::initializer_list<QWidget *>{m_channels, m_search, m_begin})
            widget->setVisible(channels.error().code != ErrorCode::Unsupported);
        Q_EMIT changed();
        return;
    }
    int denied = 0;
    for (std::size_t i = 0; i < std::min(channels->size(), kMostListed); ++i) {
        addChannel((*channels)[i]);
        denied += (*channels)[i].access == Access::Denied ? 1 : 0;
    }
    QString text = tr("%n channel(s)", nullptr, plural(channels->size()));
    if (denied > 0)
        text += QStringLiteral(" · ") + tr("%n need(s) more rights", nullptr, denied);
    if (channels->size() > kMostListed)
        text += QStringLiteral(" · ") + tr("not all are listed");
    m_status->setText(text);
    m_elevate->setVisible(denied > 0 && m_computer == Computer::This && canElevate());
    filter();
    Q_EMIT changed();
}

void ChannelPage::addChannel(const EventLogChannel &channel)
{
    const QString state = stateText(channel, m_computer);
    auto *item = new QTreeWidgetItem(m_channels, {shown(channel.name), state});
    item->setData(NameColumn, kNameRole, QString::fromStdString(channel.name));
    item->setToolTip(NameColumn, shown(channel.name));
    item->setToolTip(StateColumn, state);
    const bool readable = channel.access == Access::Readable;
    const bool proposed = readable && isKnown(channel.name) && channel.isEnabled != false;
    item->setCheckState(NameColumn, proposed ? Qt::Checked : Qt::Unchecked);
    if (!readable)
        item->setFlags(item->flags() & ~(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable));
}

void ChannelPage::filter()
{
    const QString wanted = m_search->text().trimmed();
    for (int row = 0; row < m_channels->topLevelItemCount(); ++row) {
        QTreeWidgetItem *item = m_channels->topLevelItem(row);
        item->setHidden(!item->text(NameColumn).contains(wanted, Qt::CaseInsensitive));
    }
}

QStringList ChannelPage::chosen() const
{
    QStringList names;
    for (int row = 0; row < m_channels->topLevelItemCount(); ++row) {
        const QTreeWidgetItem *item = m_channels->topLevelItem(row);
        if (item->checkState(NameColumn) == Qt::Checked)
            names << item->data(NameColumn, kNameRole).toString();
    }
    return names;
}

QString ChannelPage::missing() const
{
    if (m_name && (m_listed.isEmpty() || m_name->text().trimmed() != m_listed))
        return tr("Connect to a computer first.");
    return chosen().isEmpty() ? tr("Choose at least one channel.") : QString();
}

std::vector<WatchSource> ChannelPage::takeSources()
{
    EventLogRequest request;
    request.computer = computer();
    for (const QString &name : chosen())
        request.channels.push_back(name.toStdString());
    request.fromNow = m_fromNow->isChecked();
    if (m_password)
        m_password->clear();
    std::vector<WatchSource> sources;
    sources.push_back(watchSource(std::move(request)));
    return sources;
}

} // namespace lolscope

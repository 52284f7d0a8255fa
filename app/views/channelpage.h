#pragma once

#include "app/jobs/channellist.h"
#include "app/jobs/watchjob.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QRadioButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace lolscope {

/// The channels of this computer or of another one, to choose from.
class ChannelPage : public QWidget
{
    Q_OBJECT
public:
    enum class Computer { This, Other };
    ChannelPage(Computer computer, ChannelList::Read read, QWidget *parent = nullptr);

    /// `WKS-042` into the field of another computer.
    void setComputer(const QString &name);
    /// What must be chosen before it can be watched; empty when nothing is missing.
    QString missing() const;
    /// What is chosen; forgets the password.
    std::vector<WatchSource> takeSources();

Q_SIGNALS:
    void changed();
    /// Channels are denied that an administrator of this computer may read.
    void elevationWanted();

private:
    QWidget *buildLogin();
    QWidget *buildBegin();
    EventLogComputer computer() const;
    void ask();
    void showChannels();
    void addChannel(const EventLogChannel &channel);
    void filter();
    QStringList chosen() const;

    const Computer m_computer;
    ChannelList *m_list;
    QTreeWidget *m_channels;
    QLineEdit *m_search;
    QLabel *m_status;
    QPushButton *m_elevate;
    QWidget *m_begin = nullptr; // from now or from the oldest
    QRadioButton *m_fromNow = nullptr;
    QRadioButton *m_fromOldest = nullptr;
    QLineEdit *m_name = nullptr; // of another computer
    QLineEdit *m_user = nullptr;
    QLineEdit *m_password = nullptr;
    QPushButton *m_connect = nullptr;
    QString m_listed; // whose channels are shown
};

} // namespace lolscope

#pragma once

#include "app/jobs/channellist.h"
#include "app/jobs/watchjob.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTabWidget;

namespace lolscope {

class ChannelPage;

/// Asks what to watch: channels of this computer or of another one, a file or folder, a stream, or the
/// journal.
class WatchDialog : public QDialog
{
    Q_OBJECT
public:
    enum class Page { Channels, Remote, Files, Stream, Journal };

    /// `readChannels` is called on another thread, which may outlive this.
    explicit WatchDialog(ChannelList::Read readChannels, QWidget *parent = nullptr);

    void showPage(Page page);
    /// Shows the page of another computer with its name in it.
    void showComputer(const QString &name);
    /// What was chosen, once it is accepted.
    std::vector<WatchSource> takeSources() { return std::move(m_sources); }

Q_SIGNALS:
    /// The program is to be started again as administrator.
    void elevationWanted();

private:
    QWidget *buildFiles();
    QWidget *buildStream();
    QWidget *buildJournal();
    Page page() const;
    void choose(QLineEdit *edit, bool folder);
    void check();
    void take();

    QTabWidget *m_tabs;
    ChannelPage *m_channels;
    ChannelPage *m_remote;
    QLineEdit *m_file;
    QLabel *m_notYet;
    QLineEdit *m_stream;
    QComboBox *m_format;
    QLabel *m_missing; // why it cannot begin yet
    QPushButton *m_watch;
    std::vector<WatchSource> m_sources;
};

} // namespace lolscope

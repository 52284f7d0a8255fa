#pragma once

#include "app/pipeline/watching.h"

#include <QWidget>

#include <chrono>
#include <memory>
#include <vector>

class QLabel;
class QVBoxLayout;

namespace lolscope {

class PanelHeader;

/// What each live source is doing, one below the other, with buttons to pause, stop and take it up again.
class LiveStrip : public QWidget
{
    Q_OBJECT
public:
    explicit LiveStrip(QWidget *parent = nullptr);
    ~LiveStrip() override;

    /// Another run: its sources by name, none of which has told anything yet.
    void begin(const std::vector<std::string> &names);
    void add(const std::string &name);
    void setStatus(const WatchStatus &status);
    /// Its source goes on in another row.
    void dropRow(std::size_t source);
    /// `live: Sysmon/Operational 12 events/s` for the status bar; empty before begin().
    QString summary() const { return m_summary; }

Q_SIGNALS:
    void addWanted();
    void stopAllWanted();
    /// By the number of the source.
    void pauseWanted(int source, bool paused);
    void stopWanted(int source);
    void againWanted(int source);

private:
    struct Row;
    void showRow(Row &row, const LiveStatus &status, std::chrono::duration<double> passed);

    PanelHeader *m_header;
    QVBoxLayout *m_rowsColumn;
    std::vector<std::unique_ptr<Row>> m_rows; // by source; dropped ones are empty
    std::chrono::steady_clock::time_point m_told;
    QString m_summary;
};

} // namespace lolscope

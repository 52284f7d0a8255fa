#pragma once

#include "model/items/alertlistmodel.h"

#include <QElapsedTimer>
#include <QWidget>

#include <string>
#include <vector>

class QButtonGroup;
class QComboBox;
class QLabel;
class QListView;
class QToolButton;

namespace lolscope {

/// The alert queue: chips for the groups with their counts, and the alerts of the chosen one. Where rules of
/// folders have alerts too, a box chooses between those of the LOLBin pack and all.
///
/// Alerts that arrive leave selection and place on the screen as they are. While watching, the user may have
/// the newest one selected instead (until a selection by hand), or hold the list as it is.
class AlertPanel : public QWidget
{
    Q_OBJECT
public:
    explicit AlertPanel(QWidget *parent = nullptr);

    enum class Arrivals { Keep, Follow, Freeze };

    /// Keeps the selected alert selected where it still is in the shown group; else its neighbour is. What
    /// is not listed yet waits while the list is frozen.
    void setAlerts(std::vector<AlertRow> alerts);
    /// These are new, oldest first, until they are selected or seeNew(). setAlerts() brings them.
    void addNew(const std::vector<std::string> &ids);
    int newCount() const { return static_cast<int>(m_new.size()); }
    /// Takes in what waits, selects the newest alert, and nothing is new any more.
    void seeNew();
    /// Another case: nothing is new, and the list is not held.
    void clear();
    Arrivals arrivals() const { return m_arrivals; }
    void setArrivals(Arrivals arrivals);
    /// Shows the switches for arrivals.
    void setLive(bool live);
    /// The selection moved by itself a moment ago: a key pressed now was meant for another alert.
    bool justFollowed() const;
    const AlertListModel &model() const { return *m_alerts; }
    QListView *view() const { return m_view; }

    /// The selected alert; null without. Valid until the next setAlerts().
    const AlertRow *current() const;
    void showGroup(AlertGroup group);
    void step(int rows);

Q_SIGNALS:
    /// Empty when nothing is selected any more.
    void alertSelected(const std::string &alertId);
    void newCountChanged(int count);

protected:
    void changeEvent(QEvent *event) override;

private:
    QWidget *buildChips();
    QWidget *buildArrivals();
    void showAlerts(std::vector<AlertRow> alerts);
    void follow();
    void seeSelected();
    void tellNew();
    void selectRow(int row);
    void tellSelection();
    /// The pack while it has alerts, unless the user chose otherwise.
    void chooseRules();
    void labelChips();

    AlertListModel *m_alerts;
    AlertGroupModel *m_shown;
    QListView *m_view;
    QLabel *m_empty;
    QButtonGroup *m_chips;
    QComboBox *m_rules; // shown when there is a choice
    bool m_rulesChosen = false; // by the user
    QWidget *m_arrivalBar;
    QToolButton *m_newButton;
    QButtonGroup *m_arrivalChips;
    Arrivals m_arrivals = Arrivals::Keep;
    std::vector<AlertRow> m_held; // all alerts there are, while the list is frozen
    std::vector<std::string> m_new; // oldest first
    QElapsedTimer m_followed; // since the selection moved by itself
    bool m_changing = false; // the selection moves, but not by the user
    std::string m_told; // the alert last told by alertSelected()
};

} // namespace lolscope

#pragma once

#include "model/items/alertlistmodel.h"

#include <QWidget>

class QButtonGroup;
class QComboBox;
class QLabel;
class QListView;

namespace lolscope {

/// The alert queue: chips for the groups with their counts, and the alerts of the chosen one. Where rules of
/// folders have alerts too, a box chooses between those of the LOLBin pack and all.
class AlertPanel : public QWidget
{
    Q_OBJECT
public:
    explicit AlertPanel(QWidget *parent = nullptr);

    /// Keeps the selected alert selected where it still is in the shown group; else its neighbour is.
    void setAlerts(std::vector<AlertRow> alerts);
    const AlertListModel &model() const { return *m_alerts; }
    QListView *view() const { return m_view; }

    /// The selected alert; null without. Valid until the next setAlerts().
    const AlertRow *current() const;
    void showGroup(AlertGroup group);
    void step(int rows);

Q_SIGNALS:
    /// Empty when nothing is selected any more.
    void alertSelected(const std::string &alertId);

private:
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
    std::string m_told; // the alert last told by alertSelected()
};

} // namespace lolscope

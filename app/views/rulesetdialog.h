#pragma once

#include "app/jobs/ruleoverview.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QTreeView;

namespace lolscope {

/// The rules of the LOLBin pack and of the user's folders: which of them run, and what became of each.
///
/// Rules are read off the GUI thread. Nothing is kept until Apply saves the rule set.
class RuleSetDialog : public QDialog
{
    Q_OBJECT
public:
    /// `settings` keeps the rule set, `casePath` is empty without a case, `added` are folders to add.
    RuleSetDialog(std::filesystem::path settings, std::filesystem::path casePath,
                  std::vector<std::filesystem::path> added, QWidget *parent = nullptr);

Q_SIGNALS:
    /// The rule set was changed in its file.
    void saved();

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    QWidget *buildSources();
    QWidget *buildFilters();
    QWidget *buildList();
    QWidget *buildSwitches();

    void addFolders(std::vector<std::filesystem::path> folders);
    void chooseFolder();
    void removeFolder();
    void load(std::optional<RuleSet> set, std::vector<std::filesystem::path> added);
    void showOverview(RuleOverview overview);
    void listSources();
    void listChoices();
    void filter();
    void setRuns(int row, bool on);
    void switchShown(bool on);
    void runByFilter();
    void switched(); ///< Shows what the rule set now says.
    void tellDetails();
    void tellSummary();
    void apply();

    const std::filesystem::path m_settings;
    const std::filesystem::path m_casePath;
    RuleOverview m_overview; // its items are the model's
    bool m_loaded = false;
    quint64 m_generation = 0; // of load()

    RuleListModel *m_rules;
    RuleFilterModel *m_shown;
    QListWidget *m_sources;
    QPushButton *m_remove;
    QLineEdit *m_search;
    QComboBox *m_level, *m_status, *m_tag;
    QTreeView *m_view;
    QPlainTextEdit *m_details;
    QLabel *m_summary;
    QPushButton *m_apply;
};

} // namespace lolscope

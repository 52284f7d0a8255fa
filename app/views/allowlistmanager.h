#pragma once

#include "app/pipeline/triage.h"

#include <QDialog>

class QLabel;
class QPushButton;
class QTreeWidget;

namespace lolscope {

class CaseReader;
class Decisions;

/// The allowlist of the case with what each item hides now.
class AllowlistManager : public QDialog
{
    Q_OBJECT
public:
    /// `reader` and `decisions` must live as long as the dialog.
    AllowlistManager(CaseReader &reader, Decisions &decisions, QWidget *parent = nullptr);

private:
    void reload();
    void removeSelected();

    CaseReader &m_reader;
    Decisions &m_decisions;
    std::vector<AllowlistEntry> m_entries;
    QTreeWidget *m_list;
    QLabel *m_status;
    QPushButton *m_remove;
};

} // namespace lolscope

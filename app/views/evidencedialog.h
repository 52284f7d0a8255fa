#pragma once

#include "model/store/rows.h"

#include <QDialog>

class QLabel;
class QTreeWidget;

namespace lolscope {

class CaseReader;

/// What became of each file of evidence, with its damage.
class EvidenceDialog : public QDialog
{
    Q_OBJECT
public:
    explicit EvidenceDialog(CaseReader &reader, QWidget *parent = nullptr);

private:
    void setRows(const std::vector<EvidenceRow> &rows);

    QTreeWidget *m_list;
    QLabel *m_status;
};

} // namespace lolscope

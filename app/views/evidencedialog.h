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
    /// Rows of damage listed beneath a file; the case holds more.
    static constexpr int kMaxDamageRows = 50;

    void setRows(const std::vector<EvidenceRow> &rows);

    QTreeWidget *m_list;
    QLabel *m_status;
};

} // namespace lolscope

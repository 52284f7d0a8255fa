#pragma once

#include "app/pipeline/export.h"

#include <QDialog>

#include <array>

class QCheckBox;
class QLineEdit;
class QPushButton;
class QRadioButton;

namespace lolscope {

/// Asks what to export, how and where to.
class ExportDialog : public QDialog
{
    Q_OBJECT
public:
    /// `proposed` is the file without its ending.
    explicit ExportDialog(const QString &proposed, QWidget *parent = nullptr);

    ExportOptions options() const;
    QString fileName() const;

private:
    void choose();
    void check();

    QRadioButton *m_csv;
    QRadioButton *m_jsonLines;
    QCheckBox *m_byteOrderMark;
    std::array<QCheckBox *, 3> m_statuses; // open, decided, allowed
    QLineEdit *m_file;
    QPushButton *m_save;
};

} // namespace lolscope

#pragma once

#include "app/pipeline/triage.h"

#include <QDialog>
#include <QTimer>

class QCheckBox;
class QComboBox;
class QDateEdit;
class QLabel;
class QListView;
class QPushButton;
class QRadioButton;

namespace lolscope {

class AlertListModel;
class CaseReader;
class ConditionRows;

/// Calls an alert benign: it alone, or with everything that meets the conditions of a new allowlist item.
/// Shows what the item would hide before it is saved.
class AllowlistDialog : public QDialog
{
    Q_OBJECT
public:
    /// `reader` must live as long as the dialog.
    AllowlistDialog(CaseReader &reader, AlertRow alert, QWidget *parent = nullptr);

    const AlertRow &alert() const { return m_alert; }
    bool onlyThisAlert() const;
    AllowlistItem item() const;
    std::string reason() const;

Q_SIGNALS:
    void failed(const lolscope::Error &error);

private:
    void buildForm();
    QWidget *buildPreview();
    void loadConditions();
    void edited();
    void preview();
    void showPreview(const AllowPreview &preview);
    void setSavable(bool savable);

    CaseReader &m_reader;
    const AlertRow m_alert;
    QRadioButton *m_byItem;
    QRadioButton *m_alone;
    QWidget *m_form;
    ConditionRows *m_conditions;
    QRadioButton *m_thisRule;
    QRadioButton *m_everyRule;
    QComboBox *m_reason;
    QCheckBox *m_expires;
    QDateEdit *m_expiry;
    QLabel *m_effect;
    QLabel *m_warnings;
    AlertListModel *m_hidden;
    QListView *m_hiddenView;
    QPushButton *m_save;
    QTimer m_debounce;
};

} // namespace lolscope

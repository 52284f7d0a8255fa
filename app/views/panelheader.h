#pragma once

#include <QWidget>

class QBoxLayout;
class QLabel;
class QToolButton;

namespace lolscope {

/// The line above a panel: its title, a quiet remark, then what the panel adds.
class PanelHeader : public QWidget
{
    Q_OBJECT
public:
    explicit PanelHeader(const QString &title, QWidget *parent = nullptr);

    void setRemark(const QString &remark);
    void add(QWidget *widget);

private:
    QBoxLayout *m_line;
    QLabel *m_remark;
};

/// The title of a panel, for headers that are arranged otherwise.
QLabel *panelTitle(const QString &title, QWidget *parent);

/// A small checkable button: one of several choices.
QToolButton *chipButton(const QString &text, const QString &accessibleName, QWidget *parent);

} // namespace lolscope

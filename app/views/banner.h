#pragma once

#include <QWidget>

#include <functional>

class QLabel;
class QProgressBar;
class QPushButton;

namespace lolscope {

/// A line above the panels that tells what happens or went wrong, and what can be done about it. Not modal.
class Banner : public QWidget
{
    Q_OBJECT
public:
    explicit Banner(QWidget *parent = nullptr);

    enum class Kind { Message, Warning, Error };
    /// Shows `text` (plain) and, with an action, a button that closes the banner and does it.
    void showMessage(Kind kind, const QString &text, const QString &actionText = {},
                     std::function<void()> action = {});
    /// A message with a progress bar and a Cancel button.
    void startProgress(const QString &text);
    /// `percent` -1 while the end is not known.
    void setProgress(const QString &text, int percent);
    QString text() const;

Q_SIGNALS:
    void cancelled();

private:
    void setKind(Kind kind);

    QLabel *m_text;
    QProgressBar *m_bar;
    QPushButton *m_action;
    QPushButton *m_cancel;
    QPushButton *m_close;
    std::function<void()> m_do;
};

} // namespace lolscope

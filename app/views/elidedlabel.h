#pragma once

#include <QWidget>

namespace lolscope {

/// One line of plain text that is cut where there is no room; the tooltip has all of it.
class ElidedLabel : public QWidget
{
    Q_OBJECT
public:
    explicit ElidedLabel(Qt::TextElideMode mode, QWidget *parent = nullptr);

    const QString &text() const { return m_text; }
    void setText(const QString &text);
    /// Further lines of the tooltip.
    void setMoreInfo(const QString &info);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void setTip();

    const Qt::TextElideMode m_mode;
    QString m_text, m_info;
};

} // namespace lolscope

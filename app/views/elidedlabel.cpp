#include "app/views/elidedlabel.h"

#include "app/views/plaintext.h"

#include <QPainter>
#include <QStyleOption>

namespace lolscope {

ElidedLabel::ElidedLabel(Qt::TextElideMode mode, QWidget *parent)
    : QWidget(parent)
    , m_mode(mode)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ElidedLabel::setText(const QString &text)
{
    if (text == m_text)
        return;
    m_text = text;
    setAccessibleName(text);
    setTip();
    updateGeometry();
    update();
}

void ElidedLabel::setMoreInfo(const QString &info)
{
    if (info == m_info)
        return;
    m_info = info;
    setTip();
}

void ElidedLabel::setTip()
{
    setToolTip(toolTipText(m_info.isEmpty() ? m_text : m_text + QLatin1Char('\n') + m_info));
}

QSize ElidedLabel::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(m_text) + 1, fontMetrics().height()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {fontMetrics().horizontalAdvance(QStringLiteral("…xxxx")), fontMetrics().height()};
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    QStyleOption option;
    option.initFrom(this); // with the colour of the style sheet
    painter.setPen(option.palette.color(QPalette::WindowText));
    painter.drawText(rect(), Qt::AlignVCenter | Qt::TextSingleLine,
                     fontMetrics().elidedText(m_text, m_mode, width()));
}

} // namespace lolscope

#include "app/views/workbenchstyle.h"

#include "app/views/theme.h"

#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

namespace lolscope {

WorkbenchStyle::WorkbenchStyle()
    : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion")))
{}

void WorkbenchStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                                   const QWidget *widget) const
{
    const bool check = element == PE_IndicatorCheckBox;
    if (!check && element != PE_IndicatorRadioButton) {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        return;
    }
    const Colours &colours = coloursOf(option->palette);
    const bool enabled = option->state & State_Enabled;
    const bool on = option->state & State_On;
    const QRectF box = QRectF(option->rect).adjusted(1.5, 1.5, -1.5, -1.5);
    QColor line = option->state & (State_HasFocus | State_MouseOver) ? colours.accent : colours.dim;
    line.setAlpha(enabled ? 255 : 110);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(line, 1));
    painter->setBrush(on && enabled ? colours.selection : colours.panel);
    if (check)
        painter->drawRoundedRect(box, 3, 3);
    else
        painter->drawEllipse(box);
    if (on) {
        QColor mark = colours.text;
        mark.setAlpha(enabled ? 255 : 140);
        const qreal size = box.width();
        if (check) {
            painter->setPen(QPen(mark, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            painter->setBrush(Qt::NoBrush);
            painter->drawPolyline(QPolygonF({box.topLeft() + QPointF(size * 0.24, size * 0.52),
                                             box.topLeft() + QPointF(size * 0.43, size * 0.72),
                                             box.topLeft() + QPointF(size * 0.78, size * 0.28)}));
        } else {
            painter->setPen(Qt::NoPen);
            painter->setBrush(mark);
            painter->drawEllipse(box.center(), size * 0.22, size * 0.22);
        }
    }
    painter->restore();
}

} // namespace lolscope

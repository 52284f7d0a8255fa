#include "app/views/plaindelegate.h"

#include "app/views/plaintext.h"
#include "app/views/theme.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace lolscope {

bool PlainDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                              const QModelIndex &index)
{
    if (event->type() != QEvent::ToolTip || !index.isValid())
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    constexpr qsizetype kMaxCharacters = 1000; // a tip is to be read, and has to fit on the screen
    QString tip = index.data(Qt::ToolTipRole).toString();
    if (tip.size() > kMaxCharacters)
        tip = tip.left(kMaxCharacters) + QChar(0x2026);
    QToolTip::showText(event->globalPos(), toolTipText(tip), view, option.rect);
    return true;
}

QSize PlainDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QSize size = QStyledItemDelegate::sizeHint(option, index);
    return {size.width(), std::max(size.height(), option.fontMetrics.height() + 6)};
}

void PlainDelegate::paintGround(QPainter *painter, const QStyleOptionViewItem &option,
                                const QModelIndex &) const
{
    const Colours &colours = coloursOf(option.palette);
    if (option.state & QStyle::State_Selected)
        painter->fillRect(option.rect, colours.selection);
    else if (option.state & QStyle::State_MouseOver)
        painter->fillRect(option.rect, colours.panel);
}

int PlainDelegate::chipWidth(const QFontMetrics &metrics, const QString &text)
{
    return metrics.horizontalAdvance(text) + 12;
}

int PlainDelegate::paintChip(QPainter *painter, const QPoint &leftMiddle, const QString &text,
                             const QColor &ground, const QColor &ink)
{
    const QFontMetrics metrics = painter->fontMetrics();
    const int height = metrics.height() + 1;
    const QRect rect(leftMiddle.x(), leftMiddle.y() - height / 2, chipWidth(metrics, text), height);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(ground);
    painter->drawRoundedRect(rect, height / 2.0, height / 2.0);
    painter->setPen(ink);
    painter->drawText(rect, Qt::AlignCenter | Qt::TextSingleLine, text);
    painter->restore();
    return rect.right() + 1;
}

QFont PlainDelegate::smaller(const QFont &font)
{
    QFont small = font;
    if (font.pointSizeF() > 0)
        small.setPointSizeF(font.pointSizeF() * 0.9);
    else
        small.setPixelSize(qRound(font.pixelSize() * 0.9));
    return small;
}

} // namespace lolscope

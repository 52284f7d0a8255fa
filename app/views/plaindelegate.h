#pragma once

#include <QStyledItemDelegate>

namespace lolscope {

/// A delegate for log text: tooltips come out as plain text. (Items themselves are painted as plain text by
/// Qt.)
class PlainDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                   const QModelIndex &index) override;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    /// The background, selected or not, without any text.
    void paintGround(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const;
    /// A rounded label, its left edge and vertical middle given; gives its right edge.
    static int paintChip(QPainter *painter, const QPoint &leftMiddle, const QString &text,
                         const QColor &ground, const QColor &ink);
    static int chipWidth(const QFontMetrics &metrics, const QString &text);
    static QFont smaller(const QFont &font);
};

} // namespace lolscope

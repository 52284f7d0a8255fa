#pragma once

#include "app/views/plaindelegate.h"

namespace lolscope {

/// One alert of the queue in three lines, with a stripe in the colour of its level and the level in words.
class AlertDelegate : public PlainDelegate
{
    Q_OBJECT
public:
    using PlainDelegate::PlainDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace lolscope

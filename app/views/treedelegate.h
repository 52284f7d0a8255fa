#pragma once

#include "app/views/plaindelegate.h"

namespace lolscope {

/// Rows of the process tree: counts as chips, the alert's origin with flag and accent, unsure processes in
/// italic.
class TreeDelegate : public PlainDelegate
{
    Q_OBJECT
public:
    using PlainDelegate::PlainDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    void paintActivity(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const;
};

} // namespace lolscope

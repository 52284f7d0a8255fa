#include "app/views/treedelegate.h"

#include "app/views/plaintext.h"
#include "app/views/theme.h"
#include "model/items/processtreemodel.h"

#include <QPainter>

namespace lolscope {

namespace {

constexpr int kMargin = 8; // as the header's

struct Chip
{
    QString text;
    bool alert = false;
};

QList<Chip> chipsOf(const QModelIndex &index)
{
    QList<Chip> chips;
    const auto add = [&](int role, const QString &text) {
        if (const int count = index.data(role).toInt(); count > 0)
            chips.append({text.arg(count), role == ProcessTreeModel::AlertCountRole});
    };
    add(ProcessTreeModel::DnsCountRole, TreeDelegate::tr("dns %1"));
    add(ProcessTreeModel::ConnectionCountRole, TreeDelegate::tr("net %1"));
    add(ProcessTreeModel::AlertCountRole, TreeDelegate::tr("alert %1"));
    return chips;
}

bool isProcess(const QModelIndex &index)
{
    return index.data(ProcessTreeModel::KindRole).toInt() == static_cast<int>(TreeNode::Kind::Process);
}

QString symbolOf(const QModelIndex &index)
{
    switch (static_cast<TreeNode::Kind>(index.data(ProcessTreeModel::KindRole).toInt())) {
    case TreeNode::Kind::Process:
    case TreeNode::Kind::Folded:
        break;
    case TreeNode::Kind::DnsQuery:
        return QStringLiteral("⌕ ");
    case TreeNode::Kind::Connection:
        return QStringLiteral("⇢ ");
    }
    return {};
}

} // namespace

void TreeDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    const Colours &colours = coloursOf(option.palette);
    painter->save();
    paintGround(painter, option, index);
    const bool origin = index.data(ProcessTreeModel::OriginRole).toBool();
    const bool process = isProcess(index);
    if (index.column() == ProcessTreeModel::ActivityColumn) {
        paintActivity(painter, option, index);
        painter->restore();
        return;
    }

    QFont font = option.font;
    if (index.column() == ProcessTreeModel::StartedColumn || index.column() == ProcessTreeModel::DetailColumn)
        font = fixedFont(option.font);
    painter->setPen(colours.text);
    QRect rect = option.rect.adjusted(kMargin, 0, -kMargin, 0);
    QString text = index.data().toString();
    if (index.column() == ProcessTreeModel::NameColumn) {
        const auto source = static_cast<ProcessSource>(index.data(ProcessTreeModel::SourceRole).toInt());
        font.setBold(origin && process);
        font.setItalic(process && source != ProcessSource::Logged);
        text.prepend(symbolOf(index));
        rect.setLeft(option.rect.left() + 2);
        if (origin)
            text.append(QStringLiteral(" ⚑"));
        if (!process && !origin)
            painter->setPen(colours.dim);
        if (origin && process)
            painter->fillRect(
                QRect(option.rect.left() - 2, option.rect.top() + 1, 2, option.rect.height() - 2),
                colours.accent);
    } else if (index.column() == ProcessTreeModel::DetailColumn) {
        painter->setPen(colours.dim);
    }
    painter->setFont(font);
    painter->drawText(rect, Qt::AlignVCenter | Qt::TextSingleLine,
                      painter->fontMetrics().elidedText(text, Qt::ElideRight, rect.width()));
    painter->restore();
}

void TreeDelegate::paintActivity(QPainter *painter, const QStyleOptionViewItem &option,
                                 const QModelIndex &index) const
{
    const Colours &colours = coloursOf(option.palette);
    painter->setClipRect(option.rect);
    painter->setFont(smaller(option.font));
    int x = option.rect.left() + kMargin;
    const QColor quiet = option.state & QStyle::State_Selected ? colours.base : colours.chip;
    const int middle = option.rect.center().y() + 1;
    if (isProcess(index)) {
        for (const Chip &chip : chipsOf(index))
            x = paintChip(painter, {x, middle}, chip.text, chip.alert ? colours.alertChip : quiet,
                          chip.alert ? colours.alertChipText : colours.chipText)
                + 4;
        return;
    }
    if (index.data(ProcessTreeModel::OriginRole).toBool())
        x = paintChip(painter, {x, middle}, tr("hit"), colours.alertChip, colours.alertChipText) + 6;
    painter->setPen(colours.dim);
    const QRect rest(x, option.rect.top(), option.rect.right() - x, option.rect.height());
    painter->drawText(
        rest, Qt::AlignVCenter | Qt::TextSingleLine,
        painter->fontMetrics().elidedText(index.data(ProcessTreeModel::OffsetTextRole).toString(),
                                          Qt::ElideRight, rest.width()));
}

QSize TreeDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    const QFontMetrics small(smaller(option.font));
    switch (index.column()) {
    case ProcessTreeModel::PidColumn:
        size.setWidth(option.fontMetrics.horizontalAdvance(index.data().toString()) + 2 * kMargin + 2);
        break;
    case ProcessTreeModel::StartedColumn:
        size.setWidth(QFontMetrics(fixedFont(option.font)).horizontalAdvance(index.data().toString())
                      + 2 * kMargin);
        break;
    case ProcessTreeModel::ActivityColumn: {
        int width = 2 * kMargin;
        if (isProcess(index))
            for (const Chip &chip : chipsOf(index))
                width += chipWidth(small, chip.text) + 4;
        else
            width += chipWidth(small, tr("hit")) + 6
                + small.horizontalAdvance(index.data(ProcessTreeModel::OffsetTextRole).toString());
        size.setWidth(width);
        break;
    }
    default:
        size.setWidth(option.fontMetrics.horizontalAdvance(index.data().toString()) + 2 * kMargin);
    }
    size.setHeight(option.fontMetrics.height() + 8);
    return size;
}

} // namespace lolscope

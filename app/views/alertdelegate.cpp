#include "app/views/alertdelegate.h"

#include "app/views/theme.h"
#include "model/items/alertlistmodel.h"

#include <QPainter>

namespace lolscope {

namespace {

constexpr int kMargin = 8;
constexpr int kStripe = 4;

/// `203.0.113.8:443 · WKS-042 · CORP\anna · 10:12:33 · ×3`, without the parts that are not known.
QString secondLine(const QModelIndex &index)
{
    QStringList parts;
    const QString endpoint = index.data(AlertListModel::EndpointRole).toString();
    if (endpoint.isEmpty())
        parts << AlertDelegate::tr("DNS only");
    else if (endpoint != index.data(AlertListModel::DestinationRole).toString())
        parts << endpoint;
    else
        parts << AlertDelegate::tr("direct address");
    for (const int role : {AlertListModel::HostRole, AlertListModel::UserRole, AlertListModel::FirstSeenRole})
        if (const QString text = index.data(role).toString(); !text.isEmpty())
            parts << (role == AlertListModel::FirstSeenRole ? text.mid(11, 8) : text);
    parts << QStringLiteral("×%1").arg(index.data(AlertListModel::HitsRole).toULongLong());
    return parts.join(QStringLiteral(" · "));
}

} // namespace

void AlertDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                          const QModelIndex &index) const
{
    const Colours &colours = coloursOf(option.palette);
    const int level = qBound(0, index.data(AlertListModel::LevelRole).toInt(), 4);
    const QColor levelColour = colours.levels[static_cast<std::size_t>(level)];

    painter->save();
    paintGround(painter, option, index);
    const QRect rect = option.rect;
    painter->fillRect(QRect(rect.left(), rect.top(), kStripe, rect.height() - 1), levelColour);
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colours.border);

    QFont bold = option.font;
    bold.setBold(true);
    const QFont small = smaller(option.font);
    const int left = rect.left() + kStripe + kMargin;
    const int right = rect.right() - kMargin;
    int y = rect.top() + kMargin - 1;

    painter->setFont(small);
    const QString levelName = index.data(AlertListModel::LevelTextRole).toString();
    const int levelWidth = painter->fontMetrics().horizontalAdvance(levelName);
    const QFontMetrics metrics(bold);
    painter->setPen(levelColour);
    painter->drawText(QRect(right - levelWidth, y, levelWidth, metrics.height()),
                      Qt::AlignVCenter | Qt::TextSingleLine, levelName);

    const int titleEnd = right - levelWidth - kMargin;
    painter->setFont(bold);
    painter->setPen(colours.text);
    const QString binary = metrics.elidedText(index.data(AlertListModel::BinaryRole).toString(),
                                              Qt::ElideMiddle, (titleEnd - left) * 3 / 5);
    painter->drawText(QRect(left, y, titleEnd - left, metrics.height()),
                      Qt::AlignVCenter | Qt::TextSingleLine, binary);
    const int after = left + metrics.horizontalAdvance(binary) + 6;
    painter->setFont(option.font);
    const QString destination = QStringLiteral("→ ") + index.data(AlertListModel::DestinationRole).toString();
    painter->drawText(QRect(after, y, titleEnd - after, metrics.height()),
                      Qt::AlignVCenter | Qt::TextSingleLine,
                      option.fontMetrics.elidedText(destination, Qt::ElideMiddle, titleEnd - after));

    y += metrics.height() + 2;
    painter->setFont(small);
    painter->setPen(colours.dim);
    const QFontMetrics smallMetrics(small);
    for (const QString &line : {secondLine(index), index.data(AlertListModel::RuleTitleRole).toString()}) {
        painter->drawText(QRect(left, y, right - left, smallMetrics.height()),
                          Qt::AlignVCenter | Qt::TextSingleLine,
                          smallMetrics.elidedText(line, Qt::ElideRight, right - left));
        y += smallMetrics.height() + 1;
    }
    painter->restore();
}

QSize AlertDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    const int small = QFontMetrics(smaller(option.font)).height();
    return {160, 2 * kMargin + option.fontMetrics.height() + 2 * (small + 1)};
}

} // namespace lolscope

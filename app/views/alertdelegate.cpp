#include "app/views/alertdelegate.h"

#include "app/views/theme.h"
#include "model/items/alertlistmodel.h"

#include <QDateTime>
#include <QPainter>

namespace lolscope {

namespace {

constexpr int kMargin = 8;
constexpr int kStripe = 4;

/// `203.0.113.8:443 · WKS-042 · CORP\anna`, without the parts that are not known.
QString secondLine(const QModelIndex &index)
{
    QStringList parts;
    const QString endpoint = index.data(AlertListModel::EndpointRole).toString();
    if (!index.data(AlertListModel::HasDestinationRole).toBool())
        parts << index.data(AlertListModel::EventsRole).toString();
    else if (endpoint.isEmpty())
        parts << AlertDelegate::tr("DNS query");
    else if (endpoint == index.data(AlertListModel::DestinationRole).toString())
        parts << AlertDelegate::tr("no DNS name");
    else if (index.data(AlertListModel::NameSourceRole).toInt() == static_cast<int>(NameSource::Reverse))
        parts << AlertDelegate::tr("%1 (reverse name)").arg(endpoint);
    else
        parts << endpoint;
    const QString host = index.data(AlertListModel::HostRole).toString().section(QLatin1Char('.'), 0, 0);
    QString user = index.data(AlertListModel::UserRole).toString();
    if (user.startsWith(host + QLatin1Char('\\'), Qt::CaseInsensitive))
        user.remove(0, host.size() + 1); // an account of the host itself: it is named already
    parts << host << user;
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

/// The minute of the first hit; of today without the date.
QString timeOf(const QModelIndex &index)
{
    const QString seen = index.data(AlertListModel::FirstSeenRole).toString();
    const bool isToday = seen.startsWith(QDateTime::currentDateTimeUtc().date().toString(Qt::ISODate));
    return isToday ? seen.mid(11, 8) : seen.left(16); // the day says more than the second
}

/// `×3`; one hit is not worth saying.
QString hitsOf(const QModelIndex &index)
{
    const qulonglong hits = index.data(AlertListModel::HitsRole).toULongLong();
    return hits > 1 ? QStringLiteral("×%1").arg(hits) : QString();
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

    int titleEnd = right - levelWidth - kMargin;
    if (index.data(AlertListModel::NewRole).toBool()) {
        constexpr int kDot = 7;
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(colours.accent);
        painter->drawEllipse(titleEnd - kDot, y + (metrics.height() - kDot) / 2, kDot, kDot);
        titleEnd -= kDot + kMargin;
    }
    painter->setFont(bold);
    painter->setPen(colours.text);
    const QString binary = metrics.elidedText(index.data(AlertListModel::BinaryRole).toString(),
                                              Qt::ElideMiddle, (titleEnd - left) * 3 / 5);
    painter->drawText(QRect(left, y, titleEnd - left, metrics.height()),
                      Qt::AlignVCenter | Qt::TextSingleLine, binary);
    const int after = left + metrics.horizontalAdvance(binary) + 6;
    painter->setFont(option.font);
    const QString destination = index.data(AlertListModel::ArrowRole).toString() + QLatin1Char(' ')
        + index.data(AlertListModel::DestinationRole).toString();
    painter->drawText(QRect(after, y, titleEnd - after, metrics.height()),
                      Qt::AlignVCenter | Qt::TextSingleLine,
                      option.fontMetrics.elidedText(destination, Qt::ElideMiddle, titleEnd - after));

    y += metrics.height() + 2;
    painter->setFont(small);
    painter->setPen(colours.dim);
    const QFontMetrics smallMetrics(small);
    const auto drawLine = [&](const QString &text, const QString &end) { // the end stays readable
        const int width = smallMetrics.horizontalAdvance(end);
        painter->drawText(QRect(right - width, y, width, smallMetrics.height()),
                          Qt::AlignVCenter | Qt::TextSingleLine, end);
        const int room = right - left - (width > 0 ? width + kMargin : 0);
        painter->drawText(QRect(left, y, room, smallMetrics.height()), Qt::AlignVCenter | Qt::TextSingleLine,
                          smallMetrics.elidedText(text, Qt::ElideRight, room));
        y += smallMetrics.height() + 1;
    };
    drawLine(secondLine(index), hitsOf(index));
    drawLine(index.data(AlertListModel::RuleTitleRole).toString(), timeOf(index));
    painter->restore();
}

QSize AlertDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    const int small = QFontMetrics(smaller(option.font)).height();
    return {160, 2 * kMargin + option.fontMetrics.height() + 2 * (small + 1)};
}

} // namespace lolscope

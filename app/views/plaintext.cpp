#include "app/views/plaintext.h"

#include "app/views/theme.h"
#include "model/base/text.h"
#include "model/items/roles.h"

#include <QAbstractItemView>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFileInfo>
#include <QFontDatabase>
#include <QMimeData>
#include <QPainter>
#include <QStyle>
#include <QStyleOption>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace lolscope {

namespace {

constexpr int kSmallestWidth = 60;

/// Laying out the longest command lines (32 KiB) at every resize would be felt; copying still gives all of
/// it.
constexpr qsizetype kMaxShownCharacters = 4000;

QString shortened(const QString &text)
{
    if (text.size() <= kMaxShownCharacters)
        return text;
    return ValueText::tr("%1… (%n more character(s); Copy gives all)", nullptr,
                         static_cast<int>(text.size() - kMaxShownCharacters))
        .arg(text.left(kMaxShownCharacters));
}

QAction *copyAction(QWidget *owner, const QString &text, const QKeySequence &key)
{
    auto *action = new QAction(text, owner);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetShortcut);
    owner->addAction(action);
    return action;
}

void copyRows(const QAbstractItemView *view, int role)
{
    auto rows = view->selectionModel()->selectedIndexes();
    std::ranges::sort(rows, [](const QModelIndex &a, const QModelIndex &b) { return a.row() < b.row(); });
    QStringList lines;
    for (const QModelIndex &index : rows)
        if (index.column() == 0)
            lines << index.data(role).toString();
    if (!lines.isEmpty())
        copyText(lines.join(QLatin1Char('\n')));
}

} // namespace

QLabel *plainLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::NoTextInteraction);
    label->setText(text);
    return label;
}

QFont fixedFont(const QFont &font)
{
    QFont fixed = font;
    fixed.setFamily(QFontDatabase::systemFont(QFontDatabase::FixedFont).family());
    if (font.pointSizeF() > 0)
        fixed.setPointSizeF(font.pointSizeF() * 0.94);
    return fixed;
}

QString toolTipText(const QString &text)
{
    if (text.isEmpty())
        return {};
    return QStringLiteral("<p style='white-space:pre-wrap'>%1</p>").arg(text.toHtmlEscaped());
}

ValueText::ValueText(const QString &shownText, const QString &rawText, QWidget *parent)
    : QLabel(parent)
    , m_raw(rawText)
{
    setTextFormat(Qt::PlainText);
    setText(shortened(shownText));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(copyAction(this, tr("Copy"), QKeySequence::Copy), &QAction::triggered, this,
            [this] { copyText(m_raw); });
    connect(copyAction(this, tr("Copy defanged"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C)),
            &QAction::triggered, this, [this] { copyText(defangedText(m_raw)); });
}

void ValueText::setWrapAnywhere(bool anywhere)
{
    m_anywhere = anywhere;
    updateGeometry();
}

void ValueText::setHighlighted(bool highlighted)
{
    m_highlighted = highlighted;
    update();
}

qreal ValueText::layOut(int width, QPainter *painter) const
{
    QTextLayout layout(text(), font());
    QTextOption option;
    option.setWrapMode(m_anywhere ? QTextOption::WrapAnywhere : QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    qreal height = 0;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        line.setPosition({0, height});
        height += line.height();
    }
    layout.endLayout();
    if (!painter)
        return height;
    QList<QTextLayout::FormatRange> ranges;
    if (m_highlighted) {
        const Colours &colours = coloursOf(palette());
        QTextCharFormat format;
        format.setBackground(colours.matchBackground);
        format.setForeground(colours.matchText);
        ranges.append({0, static_cast<int>(text().size()), format});
    }
    layout.draw(painter, {0, 0}, ranges);
    return height;
}

int ValueText::heightForWidth(int width) const
{
    const QMargins margins = contentsMargins();
    const int inner = std::max(kSmallestWidth, width - margins.left() - margins.right());
    return static_cast<int>(std::ceil(layOut(inner))) + margins.top() + margins.bottom();
}

QSize ValueText::sizeHint() const
{
    const int width = std::clamp(fontMetrics().horizontalAdvance(text().left(200)) + 4, kSmallestWidth, 260);
    return {width, heightForWidth(width)};
}

QSize ValueText::minimumSizeHint() const
{
    return {kSmallestWidth, fontMetrics().height()};
}

void ValueText::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    QStyleOption option;
    option.initFrom(this);
    style()->drawPrimitive(QStyle::PE_Widget, &option, &painter, this);
    const QRect inner = contentsRect();
    painter.translate(inner.topLeft());
    painter.setPen(palette().color(foregroundRole()));
    layOut(std::max(kSmallestWidth, inner.width()), &painter);
    painter.resetTransform();
    if (hasFocus()) {
        QStyleOptionFocusRect focus;
        focus.initFrom(this);
        style()->drawPrimitive(QStyle::PE_FrameFocusRect, &focus, &painter, this);
    }
}

void addCopyActions(QAbstractItemView *view)
{
    auto *copy = copyAction(view, ValueText::tr("Copy"), QKeySequence::Copy);
    auto *safe =
        copyAction(view, ValueText::tr("Copy defanged"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C));
    QObject::connect(copy, &QAction::triggered, view, [view] { copyRows(view, RawRowRole); });
    QObject::connect(safe, &QAction::triggered, view, [view] { copyRows(view, DefangedRowRole); });
    view->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void copyText(const QString &text)
{
    auto *data = new QMimeData; // text only: no program is offered HTML made of a log
    data->setText(text);
    QApplication::clipboard()->setMimeData(data);
}

QString defangedText(const QString &text)
{
    return QString::fromStdString(defanged(text.toStdString()));
}

QStringList localFiles(const QMimeData &data)
{
    QStringList names;
    for (const QUrl &url : data.urls())
        if (url.isLocalFile())
            names << url.toLocalFile();
    return names;
}

std::filesystem::path toPath(const QString &name)
{
    return QFileInfo(name).filesystemFilePath();
}

QString fromPath(const std::filesystem::path &path)
{
    return QFileInfo(path).filePath();
}

} // namespace lolscope

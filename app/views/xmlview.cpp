#include "app/views/xmlview.h"

#include "app/views/plaintext.h"
#include "model/items/displaytext.h"

#include <QAction>
#include <QMimeData>
#include <QTextDocumentFragment>

namespace lolscope {

namespace {

/// One line of an event can be megabytes; laying more out than this would be felt. Copying still gives all.
constexpr std::size_t kMaxShownBytes = 128u << 10;

/// Line by line: the ends of the lines are the XML's own, everything else in it is log text.
QString shownLines(std::string_view xml)
{
    QStringList lines;
    while (!xml.empty()) {
        const std::size_t end = xml.find('\n');
        lines << shown(xml.substr(0, end));
        xml = end == std::string_view::npos ? std::string_view() : xml.substr(end + 1);
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace

XmlView::XmlView(QWidget *parent)
    : QPlainTextEdit(parent)
{
    setReadOnly(true);
    setFrameShape(QFrame::NoFrame);
    setFont(fixedFont(font()));
    setTabChangesFocus(true);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    const auto add = [this](const QString &text, auto &&slot) {
        auto *action = new QAction(text, this);
        connect(action, &QAction::triggered, this, slot);
        addAction(action);
    };
    add(tr("Copy selection"), [this] { copy(); });
    add(tr("Copy all"), [this] { copyText(m_raw); });
    add(tr("Copy all defanged"), [this] { copyText(defangedText(m_raw)); });
}

void XmlView::setXml(std::string_view xml)
{
    m_raw = raw(xml);
    QString text = shownLines(xml.substr(0, kMaxShownBytes));
    if (xml.size() > kMaxShownBytes)
        text += QLatin1Char('\n')
            + tr("… (%n more byte(s); Copy all gives them)", nullptr, plural(xml.size() - kMaxShownBytes));
    setPlainText(text);
}

QMimeData *XmlView::createMimeDataFromSelection() const
{
    auto *text = new QMimeData; // the base class would offer HTML too
    text->setText(textCursor().selection().toPlainText());
    return text;
}

} // namespace lolscope

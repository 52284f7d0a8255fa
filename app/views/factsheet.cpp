#include "app/views/factsheet.h"

#include "app/views/plaintext.h"
#include "model/items/displaytext.h"

#include <QFrame>
#include <QGridLayout>
#include <QScrollBar>
#include <QVBoxLayout>

#include <utility>

namespace lolscope {

FactSheet::FactSheet(QWidget *parent)
    : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    begin();
    end();
}

void FactSheet::begin()
{
    m_place = verticalScrollBar()->value();
    auto *page = new QWidget;
    m_column = new QVBoxLayout(page);
    m_column->setContentsMargins({});
    m_column->setSpacing(0);
    m_grid = nullptr;
    m_rows = 0;
    setWidget(page); // deletes the one before
}

void FactSheet::end(bool keepsPlace)
{
    endSection();
    m_column->addStretch(1);
    verticalScrollBar()->setValue(0);
    if (keepsPlace && m_place > 0) // once it is laid out
        QMetaObject::invokeMethod(
            this, [this, place = m_place] { verticalScrollBar()->setValue(place); }, Qt::QueuedConnection);
}

void FactSheet::addSection(const QString &title)
{
    endSection();
    if (m_column->count() > 0) {
        auto *line = new QFrame;
        line->setObjectName(QStringLiteral("line"));
        line->setFixedHeight(1);
        m_column->addWidget(line);
    }
    auto *section = new QWidget;
    auto *box = new QVBoxLayout(section);
    box->setContentsMargins(12, 10, 12, 10);
    box->setSpacing(6);
    auto *label = plainLabel(title.toUpper());
    label->setObjectName(QStringLiteral("sectionTitle"));
    box->addWidget(label);
    m_grid = new QGridLayout;
    m_grid->setHorizontalSpacing(10);
    m_grid->setVerticalSpacing(4);
    m_grid->setColumnMinimumWidth(0, 92);
    m_grid->setColumnStretch(1, 1);
    box->addLayout(m_grid);
    m_column->addWidget(section);
}

void FactSheet::endSection()
{
    const int hidden = std::exchange(m_rows, 0) - kMaxRows;
    if (hidden <= 0)
        return;
    auto *label = plainLabel(tr("%n more row(s)", nullptr, hidden));
    label->setObjectName(QStringLiteral("dim"));
    m_grid->addWidget(label, m_grid->rowCount(), 0, 1, 2);
}

bool FactSheet::hasRoom()
{
    return ++m_rows <= kMaxRows;
}

QGridLayout *FactSheet::grid()
{
    if (!m_grid)
        addSection({});
    return m_grid;
}

void FactSheet::addRow(const QString &name, std::string_view logText, Look look)
{
    addRow(name, logText.empty() ? QStringLiteral("—") : shown(logText), raw(logText), look);
}

void FactSheet::addRow(const QString &name, const QString &display, const QString &copied, Look look)
{
    QGridLayout *rows = grid();
    if (!hasRoom())
        return;
    const int row = rows->rowCount();
    auto *label = plainLabel(name);
    label->setObjectName(QStringLiteral("dim"));
    label->setWordWrap(true);
    auto *value = new ValueText(display, copied);
    value->setAccessibleName(name + QStringLiteral(": ") + value->text());
    value->setWrapAnywhere(look == Look::Fixed);
    if (look == Look::Fixed)
        value->setFont(fixedFont(value->font()));
    rows->addWidget(label, row, 0, Qt::AlignTop);
    rows->addWidget(value, row, 1);
}

void FactSheet::addText(const QString &text, bool bold)
{
    auto *label = new ValueText(text, text);
    if (bold) {
        QFont font = label->font();
        font.setBold(true);
        label->setFont(font);
    }
    addWidget(label);
}

void FactSheet::addWidget(QWidget *widget)
{
    QGridLayout *rows = grid();
    if (!hasRoom()) {
        delete widget;
        return;
    }
    rows->addWidget(widget, rows->rowCount(), 0, 1, 2);
}

} // namespace lolscope

#include "app/views/panelheader.h"

#include "app/views/plaintext.h"

#include <QHBoxLayout>
#include <QToolButton>

namespace lolscope {

PanelHeader::PanelHeader(const QString &title, QWidget *parent)
    : QWidget(parent)
    , m_line(new QHBoxLayout(this))
    , m_remark(plainLabel({}, this))
{
    setObjectName(QStringLiteral("panelHeader"));
    setAttribute(Qt::WA_StyledBackground);
    m_line->setContentsMargins(10, 5, 10, 5);
    m_line->setSpacing(8);
    m_remark->setObjectName(QStringLiteral("dim"));
    m_remark->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_line->addWidget(panelTitle(title, this));
    m_line->addWidget(m_remark, 1);
}

void PanelHeader::setRemark(const QString &remark)
{
    m_remark->setText(remark);
    m_remark->setToolTip(toolTipText(remark));
}

void PanelHeader::add(QWidget *widget)
{
    m_line->addWidget(widget);
}

QLabel *panelTitle(const QString &title, QWidget *parent)
{
    auto *label = plainLabel(title.toUpper(), parent);
    label->setObjectName(QStringLiteral("panelTitle"));
    return label;
}

QToolButton *chipButton(const QString &text, const QString &accessibleName, QWidget *parent)
{
    auto *chip = new QToolButton(parent);
    chip->setObjectName(QStringLiteral("chip"));
    chip->setText(text);
    chip->setAccessibleName(accessibleName);
    chip->setCheckable(true);
    chip->setFocusPolicy(Qt::TabFocus);
    QFont font = chip->font();
    font.setPointSizeF(font.pointSizeF() * 0.87);
    chip->setFont(font);
    return chip;
}

} // namespace lolscope

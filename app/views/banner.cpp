#include "app/views/banner.h"

#include "app/views/plaintext.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>
#include <QStyle>
#include <QVariant>

namespace lolscope {

Banner::Banner(QWidget *parent)
    : QWidget(parent)
    , m_text(plainLabel({}, this))
    , m_bar(new QProgressBar(this))
    , m_action(new QPushButton(this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
    , m_close(new QPushButton(tr("Close"), this))
{
    setObjectName(QStringLiteral("banner"));
    setAttribute(Qt::WA_StyledBackground);
    m_text->setWordWrap(true);
    m_text->setObjectName(QStringLiteral("bannerText"));
    m_bar->setMaximumWidth(260);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(8);
    m_bar->setAccessibleName(tr("Progress"));
    m_action->setObjectName(QStringLiteral("bannerAction"));
    m_cancel->setObjectName(QStringLiteral("bannerCancel"));
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(12, 6, 12, 6);
    line->setSpacing(10);
    line->addWidget(m_text, 1);
    line->addWidget(m_bar);
    line->addWidget(m_action);
    line->addWidget(m_cancel);
    line->addWidget(m_close);
    connect(m_cancel, &QPushButton::clicked, this, &Banner::cancelled);
    connect(m_close, &QPushButton::clicked, this, &QWidget::hide);
    connect(m_action, &QPushButton::clicked, this, [this] {
        hide();
        if (const auto action = std::exchange(m_do, {}))
            action();
    });
    hide();
}

void Banner::showMessage(Kind kind, const QString &text, const QString &actionText,
                         std::function<void()> action)
{
    setKind(kind);
    m_text->setText(text);
    m_action->setText(actionText);
    m_action->setVisible(!actionText.isEmpty());
    m_do = std::move(action);
    m_bar->hide();
    m_cancel->hide();
    m_close->show();
    show();
}

void Banner::startProgress(const QString &text)
{
    setKind(Kind::Message);
    m_action->hide();
    m_close->hide();
    m_cancel->show();
    m_bar->show();
    setProgress(text, -1);
    show();
}

void Banner::setProgress(const QString &text, int percent)
{
    m_text->setText(text);
    m_bar->setRange(0, percent < 0 ? 0 : 100);
    m_bar->setValue(percent);
}

QString Banner::text() const
{
    return m_text->text();
}

void Banner::setKind(Kind kind)
{
    const char *const names[] = {"message", "warning", "error"};
    setProperty("kind", QString::fromLatin1(names[static_cast<int>(kind)]));
    style()->unpolish(this); // a style sheet looks at properties only then
    style()->polish(this);
}

} // namespace lolscope

#include "app/views/livestrip.h"

#include "app/views/elidedlabel.h"
#include "app/views/panelheader.h"
#include "app/views/plaintext.h"
#include "app/views/theme.h"
#include "model/base/files.h"
#include "model/items/displaytext.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QPainter>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include <filesystem>

namespace lolscope {

namespace {

using State = LiveStatus::State;

QString stateText(State state)
{
    switch (state) {
    case State::Starting:
        return LiveStrip::tr("starting");
    case State::Following:
        return LiveStrip::tr("following");
    case State::Reading:
        return LiveStrip::tr("catching up");
    case State::Waiting:
        return LiveStrip::tr("waiting for the case");
    case State::Retrying:
        return LiveStrip::tr("trying again");
    case State::Paused:
        return LiveStrip::tr("paused");
    case State::Ended:
        return LiveStrip::tr("ended");
    case State::Failed:
        return LiveStrip::tr("failed");
    case State::Stopped:
        return LiveStrip::tr("stopped");
    }
    return {};
}

bool isOver(State state)
{
    return state == State::Ended || state == State::Failed || state == State::Stopped;
}

QString numberOf(double rate)
{
    return QLocale().toString(rate, 'f', rate > 0 && rate < 9.95 ? 1 : 0);
}

QString rateText(double rate)
{
    return LiveStrip::tr("%1/s", "events a second").arg(numberOf(rate));
}

/// Of a path the last part.
QString shortName(const std::string &name)
{
    const std::filesystem::path path = utf8Path(name);
    return shown(path.is_absolute() && path.has_filename() ? path.filename().string() : name);
}

/// Paths have no blanks to wrap at.
QString breakable(QString text)
{
    for (const char16_t at : {u'/', u'\\'})
        text.replace(QChar(at), QString(QChar(at)) + QChar(0x200B));
    return text;
}

/// A dot that says how a source is.
class StateDot : public QWidget
{
public:
    explicit StateDot(QWidget *parent)
        : QWidget(parent)
    {
        setFixedSize(9, 9);
    }
    void setState(State state, bool hasError)
    {
        m_state = state;
        m_hasError = hasError;
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const Colours &colours = coloursOf(palette());
        const bool rests = isOver(m_state) || m_state == State::Paused || m_state == State::Starting;
        QColor colour = rests ? colours.dim : colours.levels[1];
        if (m_state == State::Failed)
            colour = colours.levels[4];
        else if (m_state == State::Retrying || m_state == State::Waiting || m_hasError)
            colour = colours.levels[2];
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(colour, 1.5));
        painter.setBrush(rests && m_state != State::Failed ? QBrush(Qt::NoBrush) : QBrush(colour));
        painter.drawEllipse(QRectF(rect()).adjusted(1, 1, -1, -1));
    }

private:
    State m_state = State::Starting;
    bool m_hasError = false;
};

QToolButton *smallButton(const QString &text, const char *name, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setObjectName(QString::fromLatin1(name));
    button->setProperty("quiet", true);
    button->setText(text);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

struct LiveStrip::Row
{
    QWidget *widget;
    StateDot *dot;
    QString fullName;
    ElidedLabel *name;
    ElidedLabel *facts;
    QLabel *error;
    QToolButton *pause, *stop, *again;
    State state = State::Starting;
    std::uint64_t events = 0;
    double rate = 0;
};

LiveStrip::LiveStrip(QWidget *parent)
    : QWidget(parent)
    , m_header(new PanelHeader(tr("Live"), this))
{
    setObjectName(QStringLiteral("liveStrip"));
    setAttribute(Qt::WA_StyledBackground);
    auto *add = smallButton(tr("Add…"), "liveAdd", m_header);
    add->setToolTip(tr("Watch something else too"));
    auto *stop = smallButton(tr("Stop all"), "liveStopAll", m_header);
    connect(add, &QToolButton::clicked, this, &LiveStrip::addWanted);
    connect(stop, &QToolButton::clicked, this, &LiveStrip::stopAllWanted);
    m_header->add(add);
    m_header->add(stop);

    auto *rows = new QWidget;
    m_rowsColumn = new QVBoxLayout(rows);
    m_rowsColumn->setContentsMargins(10, 4, 10, 6);
    m_rowsColumn->setSpacing(7);
    m_rowsColumn->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("liveRows"));
    scroll->setWidget(rows);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(scroll, 1);
}

LiveStrip::~LiveStrip() = default;

void LiveStrip::begin(const std::vector<std::string> &names)
{
    for (const auto &row : m_rows)
        if (row)
            delete row->widget;
    m_rows.clear();
    m_told = {};
    m_header->setRemark({});
    for (const std::string &name : names)
        add(name);
    m_summary = names.empty() ? QString() : tr("live: starting");
}

void LiveStrip::add(const std::string &name)
{
    const int source = static_cast<int>(m_rows.size());
    auto row = std::make_unique<Row>();
    row->widget = new QWidget(this);
    row->widget->setObjectName(QStringLiteral("liveRow"));
    row->dot = new StateDot(row->widget);
    row->name = new ElidedLabel(Qt::ElideMiddle, row->widget);
    row->name->setText(shortName(name));
    row->name->setMoreInfo(shown(name));
    row->fullName = shown(name);
    row->facts = new ElidedLabel(Qt::ElideRight, row->widget);
    row->facts->setObjectName(QStringLiteral("dim"));
    row->facts->setText(stateText(State::Starting));
    row->error = plainLabel({}, row->widget);
    row->error->setObjectName(QStringLiteral("liveError"));
    row->error->setWordWrap(true);
    row->error->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    row->error->hide();
    row->pause = smallButton(tr("Pause"), "livePause", row->widget);
    row->stop = smallButton(tr("Stop"), "liveStop", row->widget);
    row->again = smallButton(tr("Watch again"), "liveAgain", row->widget);
    row->again->hide();
    for (QToolButton *button : {row->pause, row->stop, row->again})
        button->setAccessibleName(QStringLiteral("%1: %2").arg(button->text(), shown(name)));
    connect(row->pause, &QToolButton::clicked, this, [this, source] {
        Q_EMIT pauseWanted(source, m_rows[static_cast<std::size_t>(source)]->state != State::Paused);
    });
    connect(row->stop, &QToolButton::clicked, this, [this, source] { Q_EMIT stopWanted(source); });
    connect(row->again, &QToolButton::clicked, this, [this, source] { Q_EMIT againWanted(source); });

    auto *first = new QHBoxLayout;
    first->setSpacing(7);
    first->addWidget(row->dot);
    first->addWidget(row->name, 1);
    first->addWidget(row->pause);
    first->addWidget(row->stop);
    first->addWidget(row->again);
    auto *column = new QVBoxLayout(row->widget);
    column->setContentsMargins({});
    column->setSpacing(1);
    column->addLayout(first);
    auto *second = new QVBoxLayout;
    second->setContentsMargins(row->dot->width() + 7, 0, 0, 0);
    second->addWidget(row->facts);
    second->addWidget(row->error);
    column->addLayout(second);
    m_rowsColumn->insertWidget(m_rowsColumn->count() - 1, row->widget);
    m_rows.push_back(std::move(row));
}

void LiveStrip::dropRow(std::size_t source)
{
    if (source >= m_rows.size() || !m_rows[source])
        return;
    m_rows[source]->widget->deleteLater(); // its button may have asked
    m_rows[source]->widget->hide();
    m_rows[source].reset();
}

void LiveStrip::setStatus(const WatchStatus &status)
{
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double> passed =
        m_told == std::chrono::steady_clock::time_point() ? std::chrono::duration<double>(0) : now - m_told;
    m_told = now;
    const ElidedLabel *only = nullptr;
    int running = 0;
    for (std::size_t source = 0; source < std::min(m_rows.size(), status.sources.size()); ++source) {
        if (!m_rows[source])
            continue;
        showRow(*m_rows[source], status.sources[source].status, passed);
        if (!isOver(m_rows[source]->state)) {
            only = m_rows[source]->name;
            ++running;
        }
    }
    QStringList remark{rateText(status.eventsPerSecond)};
    if (status.lag)
        remark << tr("lag %1").arg(durationText(std::chrono::duration_cast<Ticks>(*status.lag)));
    if (status.lost > 0)
        remark << tr("%1 lost").arg(countText(status.lost));
    m_header->setRemark(remark.join(QStringLiteral(" · ")));
    const QString rate = tr("%1 events/s").arg(numberOf(status.eventsPerSecond));
    m_summary = running == 0 ? tr("live: stopped")
        : running == 1       ? QStringLiteral("● ") + tr("live: %1 %2").arg(only->text(), rate)
                       : QStringLiteral("● ") + tr("live: %n source(s) %1", nullptr, running).arg(rate);
}

void LiveStrip::showRow(Row &row, const LiveStatus &status, std::chrono::duration<double> passed)
{
    const QLocale locale;
    if (passed.count() >= 0.5 || status.events < row.events) { // a sample told early says nothing of the rate
        row.rate =
            status.events < row.events ? 0 : static_cast<double>(status.events - row.events) / passed.count();
        row.events = status.events;
    }
    row.state = status.state;
    QStringList facts{stateText(status.state)};
    if (!isOver(status.state) && status.state != State::Starting) {
        facts << rateText(row.rate);
        if (status.lag)
            facts << tr("lag %1").arg(durationText(std::chrono::duration_cast<Ticks>(*status.lag)));
    }
    facts << tr("%1 read").arg(locale.toString(static_cast<qulonglong>(status.events)));
    if (status.lost > 0)
        facts << tr("%1 lost").arg(locale.toString(static_cast<qulonglong>(status.lost)));
    row.facts->setText(facts.join(QStringLiteral(" · ")));

    QStringList errors;
    if (!status.error.empty())
        errors << shown(status.error);
    QStringList parts;
    for (const LivePart &part : status.parts) {
        const QString count = locale.toString(static_cast<qulonglong>(part.events));
        parts << (part.error.empty() ? tr("%1: %2 read").arg(shown(part.name), count)
                                     : QStringLiteral("%1: %2").arg(shown(part.name), shown(part.error)));
        if (!part.error.empty())
            errors << parts.last();
    }
    parts.prepend(row.fullName);
    row.name->setMoreInfo(parts.join(QLatin1Char('\n')));
    row.error->setText(breakable(errors.join(QLatin1Char('\n'))));
    row.error->setVisible(!errors.isEmpty());
    row.dot->setState(status.state, !errors.isEmpty());
    const bool over = isOver(status.state);
    row.pause->setText(status.state == State::Paused ? tr("Resume") : tr("Pause"));
    row.pause->setVisible(!over);
    row.stop->setVisible(!over);
    row.again->setVisible(over);
}

} // namespace lolscope

#include "app/views/allowlistdialog.h"

#include "app/jobs/casereader.h"
#include "app/views/allowwarning.h"
#include "app/views/conditionrows.h"
#include "app/views/errortext.h"
#include "app/views/plaindelegate.h"
#include "app/views/plaintext.h"
#include "model/base/text.h"
#include "model/items/alertlistmodel.h"
#include "model/items/displaytext.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDateEdit>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace std::chrono_literals;

namespace lolscope {

namespace {

/// Conditions ticked at first: what does what where to. Who did it, on which host and with which arguments
/// changes from case to case of the same harmless thing; the preview tells what leaving them out means.
bool isUsual(const std::string &field, const std::vector<AllowCondition> &proposed)
{
    const bool hasName =
        std::ranges::find(proposed, "DestinationHostname", &AllowCondition::field) != proposed.end();
    if (field == "DestinationIp")
        return !hasName;
    return field == "Image" || field == "ParentImage" || field == "DestinationHostname"
        || field == "DestinationPort";
}

} // namespace

AllowlistDialog::AllowlistDialog(CaseReader &reader, AlertRow alert, QWidget *parent)
    : QDialog(parent)
    , m_reader(reader)
    , m_alert(std::move(alert))
    , m_byItem(new QRadioButton(tr("Allow everything that meets these conditions"), this))
    , m_alone(new QRadioButton(tr("Only this alert is benign"), this))
    , m_form(new QWidget(this))
    , m_conditions(new ConditionRows(m_form))
    , m_thisRule(new QRadioButton(tr("Alerts of this rule"), m_form))
    , m_everyRule(new QRadioButton(tr("Alerts of every rule"), m_form))
    , m_reason(new QComboBox(this))
    , m_expires(new QCheckBox(tr("Until"), m_form))
    , m_expiry(new QDateEdit(m_form))
    , m_effect(plainLabel({}, this))
    , m_warnings(plainLabel({}, this))
    , m_hidden(new AlertListModel(this))
    , m_hiddenView(new QListView(this))
    , m_save(nullptr)
{
    setWindowTitle(tr("Benign"));
    setObjectName(QStringLiteral("allowlistDialog"));
    resize(800, 720);
    buildForm();

    m_debounce.setSingleShot(true);
    m_debounce.setInterval(250ms);
    connect(&m_debounce, &QTimer::timeout, this, &AllowlistDialog::preview);
    connect(m_conditions, &ConditionRows::changed, this, &AllowlistDialog::edited);
    connect(m_byItem, &QRadioButton::toggled, this, &AllowlistDialog::edited);
    connect(m_thisRule, &QRadioButton::toggled, this, &AllowlistDialog::edited);
    connect(m_reason, &QComboBox::editTextChanged, this, &AllowlistDialog::edited);
    connect(m_expires, &QCheckBox::toggled, m_expiry, &QWidget::setEnabled);
    connect(m_expires, &QCheckBox::toggled, this, &AllowlistDialog::edited);
    connect(m_expiry, &QDateEdit::dateChanged, this, &AllowlistDialog::edited);
    loadConditions();
    edited();
}

void AllowlistDialog::buildForm()
{
    auto *title = plainLabel(QStringLiteral("%1 %2 %3\n%4")
                                 .arg(shown(baseName(m_alert.image)), arrowOf(m_alert),
                                      shown(m_alert.destName.empty() ? m_alert.destIp : m_alert.destName),
                                      shown(m_alert.ruleTitle)),
                             this);
    title->setWordWrap(true);
    m_byItem->setChecked(true);
    m_byItem->setObjectName(QStringLiteral("byItem"));
    m_alone->setObjectName(QStringLiteral("onlyThisAlert"));
    m_thisRule->setChecked(true);
    auto *ways = new QButtonGroup(this);
    ways->addButton(m_byItem);
    ways->addButton(m_alone);
    auto *scopes = new QButtonGroup(this);
    scopes->addButton(m_thisRule);
    scopes->addButton(m_everyRule);

    m_reason->setEditable(true);
    m_reason->setObjectName(QStringLiteral("reason"));
    m_reason->addItems({tr("Known software update"), tr("Administration tool"),
                        tr("Build or deployment system"), tr("Internal application"),
                        tr("Approved security test")});
    m_reason->setCurrentIndex(-1);
    m_reason->lineEdit()->setPlaceholderText(tr("Why is it benign? (required)"));
    m_reason->setAccessibleName(tr("Reason"));
    m_expiry->setCalendarPopup(true);
    m_expiry->setDate(QDate::currentDate().addDays(90));
    m_expiry->setMinimumDate(QDate::currentDate().addDays(1));
    m_expiry->setDisplayFormat(QStringLiteral("yyyy-MM-dd"));
    m_expiry->setEnabled(false);
    m_expiry->setAccessibleName(tr("Expiry date"));

    auto *addCondition = new QPushButton(tr("Add condition"), m_form);
    connect(addCondition, &QPushButton::clicked, this, [this] {
        m_conditions->add({"CommandLine", AllowCondition::Test::Contains, {}}, true);
    });
    auto *scopeLine = new QHBoxLayout;
    scopeLine->addWidget(m_thisRule);
    scopeLine->addWidget(m_everyRule);
    scopeLine->addStretch(1);
    scopeLine->addWidget(addCondition);
    auto *expiryLine = new QHBoxLayout;
    expiryLine->addWidget(m_expires);
    expiryLine->addWidget(m_expiry);
    expiryLine->addStretch(1);
    auto *form = new QVBoxLayout(m_form);
    form->setContentsMargins(22, 0, 0, 0);
    form->addWidget(m_conditions);
    form->addLayout(scopeLine);
    form->addLayout(expiryLine);
    form->addWidget(buildPreview(), 1);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);
    m_save = buttons->button(QDialogButtonBox::Save);
    m_save->setObjectName(QStringLiteral("saveAllow"));
    m_save->setText(tr("Save"));
    buttons->button(QDialogButtonBox::Cancel)->setText(tr("Cancel"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *column = new QVBoxLayout(this);
    column->addWidget(title);
    column->addWidget(m_byItem);
    column->addWidget(m_form, 1);
    column->addWidget(m_alone);
    auto *reasonLine = new QFormLayout;
    reasonLine->addRow(tr("Reason"), m_reason);
    column->addLayout(reasonLine);
    column->addWidget(buttons);
}

QWidget *AllowlistDialog::buildPreview()
{
    auto *box = new QWidget(m_form);
    m_effect->setObjectName(QStringLiteral("allowEffect"));
    m_effect->setWordWrap(true);
    m_warnings->setWordWrap(true);
    m_hiddenView->setModel(m_hidden);
    m_hiddenView->setItemDelegate(new PlainDelegate(m_hiddenView));
    m_hiddenView->setAccessibleName(tr("Alerts this item would hide"));
    m_hiddenView->setMinimumHeight(90);
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins({});
    column->addWidget(m_effect);
    column->addWidget(m_warnings);
    column->addWidget(m_hiddenView, 1);
    return box;
}

bool AllowlistDialog::onlyThisAlert() const
{
    return m_alone->isChecked();
}

std::string AllowlistDialog::reason() const
{
    return m_reason->currentText().trimmed().toStdString();
}

AllowlistItem AllowlistDialog::item() const
{
    AllowlistItem item;
    const std::string &destination = m_alert.destName.empty() ? m_alert.destIp : m_alert.destName;
    item.title = std::string(baseName(m_alert.image))
        + (destination.empty() ? ": " + m_alert.ruleTitle : " -> " + destination);
    item.reason = reason();
    item.author = {};
    if (m_thisRule->isChecked())
        item.ruleIds = {m_alert.ruleId};
    if (m_expires->isChecked())
        item.expires =
            Timestamp(std::chrono::milliseconds(m_expiry->date().startOfDay(Qt::UTC).toMSecsSinceEpoch()));
    item.conditions = m_conditions->conditions();
    return item;
}

void AllowlistDialog::loadConditions()
{
    m_reader.ask(
        CaseReader::Topic::Conditions, this,
        [id = m_alert.id](const CaseFile &file) { return proposeConditions(file, id); },
        [this](const Result<std::vector<AllowCondition>> &conditions) {
            if (!conditions) {
                Q_EMIT failed(conditions.error());
                return;
            }
            for (const AllowCondition &condition : *conditions)
                m_conditions->add(condition, isUsual(condition.field, *conditions));
        });
}

void AllowlistDialog::edited()
{
    m_form->setEnabled(!onlyThisAlert());
    setSavable(false);
    m_debounce.start();
    if (onlyThisAlert()) {
        m_debounce.stop();
        setSavable(true);
    }
}

void AllowlistDialog::preview()
{
    AllowlistItem wanted = item();
    if (wanted.reason.empty())
        wanted.reason = "-"; // the effect can be seen before the reason is given
    QStringList warned;
    for (const AllowWarning &warning : warnings(wanted))
        warned << QStringLiteral("⚠ ") + allowWarningText(warning);
    for (const AllowCondition &condition : wanted.conditions)
        if (visible(condition.value) != condition.value)
            warned << tr("⚠ The value of %1 has characters that cannot be seen or that turn text around: %2")
                          .arg(shown(condition.field), shown(condition.value));
    m_warnings->setText(warned.join(QLatin1Char('\n')));
    m_warnings->setVisible(!warned.isEmpty());
    if (const auto valid = validate(wanted); !valid) {
        m_hidden->setAlerts({});
        m_effect->setText(tr("Cannot be saved: %1").arg(shown(valid.error().detail)));
        return;
    }
    m_reader.ask(
        CaseReader::Topic::Preview, this,
        [wanted](const CaseFile &file) { return previewAllow(file, wanted); },
        [this](const Result<AllowPreview> &result) {
            if (result)
                showPreview(*result);
            else
                m_effect->setText(errorText(result.error()));
        });
}

void AllowlistDialog::showPreview(const AllowPreview &preview)
{
    QString effect = tr("Hides %n open alert(s)", nullptr, plural(preview.hidden)) + QStringLiteral(" · ")
        + tr("%n hit(s)", nullptr, plural(preview.hits)) + QStringLiteral(" · ")
        + tr("%n host(s)", nullptr, plural(preview.hosts));
    if (preview.already > 0)
        effect += QStringLiteral(" · ")
            + tr("%n matching alert(s) allowed or decided already", nullptr, plural(preview.already));
    if (!preview.blocking.empty())
        effect = tr(
            "Cannot be saved: the item would hide %n alert(s) called suspicious or malicious, listed below.",
            nullptr, plural(preview.blocking.size()));
    m_effect->setText(effect);
    m_hidden->setAlerts(preview.blocking.empty() ? preview.alerts : preview.blocking);
    setSavable(preview.blocking.empty());
}

void AllowlistDialog::setSavable(bool savable)
{
    m_save->setEnabled(savable && !reason().empty() && !m_debounce.isActive());
    m_save->setToolTip(reason().empty() ? tr("Give a reason first.") : QString());
}

} // namespace lolscope

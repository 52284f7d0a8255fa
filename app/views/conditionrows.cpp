#include "app/views/conditionrows.h"

#include "model/items/displaytext.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLineEdit>

namespace lolscope {

namespace {

using Test = AllowCondition::Test;

void fillTests(QComboBox *box, Test chosen)
{
    for (const Test test : {Test::Equals, Test::StartsWith, Test::EndsWith, Test::Contains, Test::Cidr})
        box->addItem(testText(test), static_cast<int>(test));
    box->setCurrentIndex(box->findData(static_cast<int>(chosen)));
}

} // namespace

QString testText(Test test)
{
    switch (test) {
    case Test::Equals:
        return ConditionRows::tr("equals");
    case Test::StartsWith:
        return ConditionRows::tr("starts with");
    case Test::EndsWith:
        return ConditionRows::tr("ends with");
    case Test::Contains:
        return ConditionRows::tr("contains");
    case Test::Cidr:
        return ConditionRows::tr("in network (CIDR)");
    }
    return {};
}

ConditionRows::ConditionRows(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins({});
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_grid->setColumnStretch(3, 1);
}

void ConditionRows::add(const AllowCondition &condition, bool checked)
{
    const Row row{new QCheckBox(this), new QComboBox(this), new QComboBox(this), new QLineEdit(this)};
    const int at = static_cast<int>(m_rows.size());
    row.on->setChecked(checked);
    row.on->setAccessibleName(tr("Use condition %1").arg(at + 1));
    for (const std::string_view field : allowFields())
        row.field->addItem(raw(field));
    row.field->setCurrentIndex(row.field->findText(raw(condition.field)));
    row.field->setAccessibleName(tr("Field of condition %1").arg(at + 1));
    fillTests(row.test, condition.test);
    row.test->setAccessibleName(tr("Test of condition %1").arg(at + 1));
    row.value->setText(raw(condition.value));
    row.value->setToolTip({});
    row.value->setCursorPosition(0);
    row.value->setAccessibleName(tr("Value of condition %1").arg(at + 1));
    m_grid->addWidget(row.on, at, 0);
    m_grid->addWidget(row.field, at, 1);
    m_grid->addWidget(row.test, at, 2);
    m_grid->addWidget(row.value, at, 3);
    connect(row.on, &QCheckBox::toggled, this, &ConditionRows::changed);
    connect(row.field, &QComboBox::currentIndexChanged, this, &ConditionRows::changed);
    connect(row.test, &QComboBox::currentIndexChanged, this, &ConditionRows::changed);
    connect(row.value, &QLineEdit::textChanged, this, &ConditionRows::changed);
    m_rows.push_back(row);
    Q_EMIT changed();
}

std::vector<AllowCondition> ConditionRows::conditions() const
{
    std::vector<AllowCondition> conditions;
    for (const Row &row : m_rows)
        if (row.on->isChecked())
            conditions.push_back({row.field->currentText().toStdString(),
                                  static_cast<Test>(row.test->currentData().toInt()),
                                  row.value->text().toStdString()});
    return conditions;
}

} // namespace lolscope

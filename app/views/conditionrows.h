#pragma once

#include "detection/allowlist/allowlist.h"

#include <QWidget>

#include <vector>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLineEdit;

namespace lolscope {

/// `ends with`, translated.
QString testText(AllowCondition::Test test);

/// The conditions of an allowlist item as rows to tick and edit.
class ConditionRows : public QWidget
{
    Q_OBJECT
public:
    explicit ConditionRows(QWidget *parent = nullptr);

    void add(const AllowCondition &condition, bool checked);
    /// The ticked ones.
    std::vector<AllowCondition> conditions() const;

Q_SIGNALS:
    void changed();

private:
    struct Row
    {
        QCheckBox *on;
        QComboBox *field;
        QComboBox *test;
        QLineEdit *value;
    };
    QGridLayout *m_grid;
    std::vector<Row> m_rows;
};

} // namespace lolscope

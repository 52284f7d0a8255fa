#pragma once

#include <QColor>
#include <QObject>
#include <QPalette>

#include <array>

namespace lolscope {

/// The colours of one theme beyond what a QPalette has roles for.
struct Colours
{
    QColor window, base, panel, border, text, dim, accent, selection;
    QColor chip, chipText, alertChip, alertChipText;
    QColor matchBackground, matchText;
    std::array<QColor, 5> levels; ///< Informational ... critical.
    QColor warning, error;
};

/// The colours that go with a palette of ours: delegates ask with the palette they paint with.
const Colours &coloursOf(const QPalette &palette);

class SystemTheme;

/// Dresses the application in our dark or light palette, and remembers which one the user wants.
class Theme : public QObject
{
    Q_OBJECT
public:
    enum class Choice { System, Dark, Light };
    Q_ENUM(Choice)

    explicit Theme(QObject *parent = nullptr);

    Choice choice() const { return m_choice; }
    void setChoice(Choice choice);

private:
    void apply();

    SystemTheme *m_system;
    Choice m_choice;
};

} // namespace lolscope

#include "app/views/theme.h"

#include "app/views/systemtheme.h"
#include "app/views/workbenchstyle.h"

#include <QApplication>
#include <QSettings>

namespace lolscope {

namespace {

const Colours &dark()
{
    static const Colours colours = {
        .window = QColor(0x1c1f26),
        .base = QColor(0x1c1f26),
        .panel = QColor(0x20242c),
        .border = QColor(0x31363f),
        .text = QColor(0xdfe2e8),
        .dim = QColor(0x9aa1ad),
        .accent = QColor(0x6cb2ff),
        .selection = QColor(0x2c3b57),
        .chip = QColor(0x343a45),
        .chipText = QColor(0xd3d8e0),
        .alertChip = QColor(0xd64545),
        .alertChipText = Qt::white,
        .matchBackground = QColor(0x57430d),
        .matchText = QColor(0xffd97a),
        .levels = {QColor(0x7d8796), QColor(0x4aa564), QColor(0xe0a030), QColor(0xee7b3c), QColor(0xe5484d)},
        .warning = QColor(0x4a3a12),
        .error = QColor(0x54262a)};
    return colours;
}

const Colours &light()
{
    static const Colours colours = {
        .window = QColor(0xf4f5f7),
        .base = QColor(0xffffff),
        .panel = QColor(0xffffff),
        .border = QColor(0xd3d7de),
        .text = QColor(0x1d2129),
        .dim = QColor(0x59616e),
        .accent = QColor(0x0b63c5),
        .selection = QColor(0xd6e6fb),
        .chip = QColor(0xe4e7ec),
        .chipText = QColor(0x2f3642),
        .alertChip = QColor(0xc62f36),
        .alertChipText = Qt::white,
        .matchBackground = QColor(0xffe9a8),
        .matchText = QColor(0x4d3800),
        .levels = {QColor(0x7d8796), QColor(0x1f7a3d), QColor(0xa86a00), QColor(0xb8480a), QColor(0xb91c24)},
        .warning = QColor(0xfff1cc),
        .error = QColor(0xfde2e2)};
    return colours;
}

QPalette paletteOf(const Colours &colours)
{
    QPalette palette;
    palette.setColor(QPalette::Window, colours.window);
    palette.setColor(QPalette::WindowText, colours.text);
    palette.setColor(QPalette::Base, colours.base);
    palette.setColor(QPalette::AlternateBase, colours.panel);
    palette.setColor(QPalette::Text, colours.text);
    palette.setColor(QPalette::PlaceholderText, colours.dim);
    palette.setColor(QPalette::Button, colours.panel);
    palette.setColor(QPalette::ButtonText, colours.text);
    palette.setColor(QPalette::BrightText, Qt::white);
    palette.setColor(QPalette::ToolTipBase, colours.panel);
    palette.setColor(QPalette::ToolTipText, colours.text);
    palette.setColor(QPalette::Highlight, colours.selection);
    palette.setColor(QPalette::HighlightedText, colours.text);
    palette.setColor(QPalette::Link, colours.accent);
    palette.setColor(QPalette::LinkVisited, colours.accent);
    palette.setColor(QPalette::Light, colours.panel.lighter(112));
    palette.setColor(QPalette::Midlight, colours.panel);
    palette.setColor(QPalette::Mid, colours.border);
    palette.setColor(QPalette::Dark, colours.border);
    palette.setColor(QPalette::Shadow, colours.window.darker(160));
    for (const auto role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText}) {
        QColor faded = colours.dim;
        faded.setAlpha(140);
        palette.setColor(QPalette::Disabled, role, faded);
    }
    return palette;
}

/// Only what Fusion cannot be told by palette: flat headers, chips, quiet splitters.
QString styleSheet(const Colours &colours)
{
    QString sheet = QStringLiteral(R"(
QMainWindow::separator, QSplitter::handle { background: @border; }
QMenuBar { background: @window; border-bottom: 1px solid @border; padding: 2px 4px; }
QMenuBar::item { padding: 4px 9px; background: transparent; border-radius: 4px; color: @text; }
QMenuBar::item:selected { background: @selection; }
QMenu { background: @panel; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 5px 26px 5px 22px; border-radius: 4px; }
QMenu::item:selected { background: @selection; }
QMenu::item:disabled { color: @dim; }
QMenu::separator { height: 1px; background: @border; margin: 4px 6px; }
QToolBar { background: @window; border: none; border-bottom: 1px solid @border; spacing: 8px; padding: 5px 10px; }
QToolBar QToolButton { background: @panel; border: 1px solid @border; border-radius: 5px; padding: 4px 12px; }
QToolBar QToolButton:hover, QPushButton:hover:enabled { border-color: @accent; }
QToolBar QToolButton:disabled, QPushButton:disabled { color: @dim; }
QPushButton { background: @panel; border: 1px solid @border; border-radius: 5px; padding: 5px 12px; }
QPushButton:focus { border-color: @accent; }
QPushButton:pressed, QToolBar QToolButton:pressed { background: @selection; }
QPushButton:default { border-color: @accent; }
QAbstractItemView { border: none; background: @base; outline: 0; }
#alertList, #processTree, #eventTable, #eventXml { border: 1px solid @base; }
#alertList:focus, #processTree:focus, #eventTable:focus, #eventXml:focus { border: 1px solid @accent; }
QDialog QAbstractItemView, QDialog QScrollArea { border: 1px solid @border; }
QHeaderView { background: @window; }
QHeaderView::section { background: @window; color: @dim; border: none; border-bottom: 1px solid @border; padding: 4px 8px; }
QStatusBar { background: @window; border-top: 1px solid @border; }
QStatusBar::item { border: none; }
QStatusBar QLabel, QStatusBar QToolButton { color: @dim; padding: 2px 6px; border: none; }
QStatusBar QToolButton:hover { color: @text; text-decoration: underline; }
QScrollArea { border: none; }
QWidget#panelHeader { border-bottom: 1px solid @border; }
QLabel#panelTitle, QLabel#sectionTitle { font-weight: bold; }
QLabel#sectionTitle, QLabel#dim { color: @dim; }
QFrame#line { background: @border; max-height: 1px; border: none; }
QToolButton#chip { border: 1px solid @border; border-radius: 9px; padding: 1px 5px; color: @dim; background: transparent; }
QToolButton#chip:hover { color: @text; }
QToolButton#chip:focus { border-color: @accent; }
QToolButton#chip:checked { background: @selection; color: @text; border-color: @accent; }
QWidget#liveStrip { border-top: 1px solid @border; }
QLabel#liveError { color: @errorText; }
QToolButton[quiet="true"] { background: @chip; border: none; border-radius: 4px; padding: 1px 7px; color: @chipText; }
QToolButton[quiet="true"]:hover, QToolButton[quiet="true"]:focus { border: 1px solid @accent; padding: 0px 6px; }
QToolButton#newAlerts { background: @selection; border: 1px solid @accent; border-radius: 9px; padding: 1px 9px; color: @accent; }
QToolButton#newAlerts:hover, QToolButton#newAlerts:focus { color: @text; }
QTabWidget::pane { border: none; border-top: 1px solid @border; }
QTabBar::tab { background: transparent; padding: 6px 12px; color: @dim; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:hover, QTabBar::tab:focus { color: @text; }
QTableView::item { border: 0px; padding: 0px 5px; }
QScrollBar:vertical { background: transparent; width: 11px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 0; }
QScrollBar::handle { background: @chip; border: 2px solid @base; border-radius: 5px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @dim; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QWidget#banner { background: @selection; border-bottom: 1px solid @border; }
QWidget#banner[kind="warning"] { background: @warning; }
QWidget#banner[kind="error"] { background: @error; }
QLineEdit, QDateEdit, QPlainTextEdit { background: @base; border: 1px solid @border; border-radius: 4px; padding: 2px 4px; }
QLineEdit:focus, QDateEdit:focus, QPlainTextEdit:focus { border-color: @accent; }
QComboBox QLineEdit { border: none; padding: 0; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QToolTip { background: @panel; color: @text; border: 1px solid @border; padding: 4px; }
)");
    const std::pair<const char *, QColor> names[] = {
        {"@chipText", colours.chipText}, {"@errorText", colours.levels[4]},
        {"@chip", colours.chip},         {"@base", colours.base},
        {"@border", colours.border},     {"@window", colours.window},
        {"@panel", colours.panel},       {"@selection", colours.selection},
        {"@accent", colours.accent},     {"@text", colours.text},
        {"@dim", colours.dim},           {"@warning", colours.warning},
        {"@error", colours.error}};
    for (const auto &[name, colour] : names)
        sheet.replace(QLatin1String(name), colour.name());
    return sheet;
}

QString settingsKey()
{
    return QStringLiteral("view/theme");
}

} // namespace

const Colours &coloursOf(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < 128 ? dark() : light();
}

Theme::Theme(QObject *parent)
    : QObject(parent)
    , m_system(new SystemTheme(QApplication::palette(), this))
    , m_choice(static_cast<Choice>(qBound(0, QSettings().value(settingsKey(), 0).toInt(), 2)))
{
    QApplication::setStyle(new WorkbenchStyle);
    connect(m_system, &SystemTheme::changed, this, &Theme::apply);
    apply();
}

void Theme::setChoice(Choice choice)
{
    m_choice = choice;
    QSettings().setValue(settingsKey(), static_cast<int>(choice));
    apply();
}

void Theme::apply()
{
    const bool wantsDark = m_choice == Choice::Dark || (m_choice == Choice::System && m_system->isDark());
    const Colours &colours = wantsDark ? dark() : light();
    QApplication::setPalette(paletteOf(colours));
    qApp->setStyleSheet(styleSheet(colours));
}

} // namespace lolscope

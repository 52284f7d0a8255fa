#pragma once

#include <QScrollArea>

#include <string_view>

class QGridLayout;
class QVBoxLayout;

namespace lolscope {

/// A scrolling sheet of sections with `name  value` rows, built anew for each subject.
class FactSheet : public QScrollArea
{
    Q_OBJECT
public:
    explicit FactSheet(QWidget *parent = nullptr);

    /// Rows shown of one section; the rest is counted. Each row is two widgets, and an event of 4 MiB may
    /// have hundreds of thousands of fields.
    static constexpr int kMaxRows = 200;

    /// Removes everything.
    void begin();
    /// Fills the rest with emptiness and goes back to the top, unless `keepsPlace`.
    void end(bool keepsPlace = false);

    void addSection(const QString &title);
    enum class Look { Text, Fixed };
    /// `logText` is shown by visible() and copied as it is. An empty value is shown as a dash.
    void addRow(const QString &name, std::string_view logText, Look look = Look::Fixed);
    /// A value that is ours in part: shown as `display`, copied as `copied`.
    void addRow(const QString &name, const QString &display, const QString &copied, Look look = Look::Text);
    /// A paragraph over the whole width.
    void addText(const QString &text, bool bold = false);
    /// Takes `widget`.
    void addWidget(QWidget *widget);

private:
    QGridLayout *grid();
    /// Counts a row; false when it is one too many.
    bool hasRoom();
    void endSection();

    QVBoxLayout *m_column = nullptr;
    QGridLayout *m_grid = nullptr;
    int m_place = 0; // before begin()
    int m_rows = 0; // asked for in this section
};

} // namespace lolscope

#pragma once

#include <QLabel>
#include <QString>

#include <filesystem>

class QAbstractItemView;
class QMimeData;

namespace lolscope {

// Log text is the attacker's. Qt takes text that looks like HTML for rich text in labels and tooltips unless
// it is told not to; everything of ours that shows text comes from here.

/// A label that shows exactly `text`.
QLabel *plainLabel(const QString &text = {}, QWidget *parent = nullptr);
/// The fixed-pitch font that goes with `font`.
QFont fixedFont(const QFont &font);
/// `text` as rich text that shows exactly `text`, for tooltips.
QString toolTipText(const QString &text);

/// A value that wraps anywhere (paths and hashes have no blanks) and can be copied raw or defanged by its
/// context menu or by Ctrl+C and Ctrl+Shift+C.
class ValueText : public QLabel
{
    Q_OBJECT
public:
    /// `shownText` went through visible() and is shown up to a limit; `rawText` is what is copied, whole.
    ValueText(const QString &shownText, const QString &rawText, QWidget *parent = nullptr);

    /// Paths and hashes break anywhere, prose between words.
    void setWrapAnywhere(bool anywhere);
    /// Sets the text off from the rest.
    void setHighlighted(bool highlighted);

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    qreal layOut(int width, QPainter *painter = nullptr) const;

    QString m_raw;
    bool m_anywhere = false;
    bool m_highlighted = false;
};

/// Gives a view the actions Copy (raw) and Copy defanged for its selected rows, with their keys.
void addCopyActions(QAbstractItemView *view);
void copyText(const QString &text);
QString defangedText(const QString &text);

/// Names of the files on this machine that are dragged.
QStringList localFiles(const QMimeData &data);

std::filesystem::path toPath(const QString &name);
QString fromPath(const std::filesystem::path &path);

} // namespace lolscope

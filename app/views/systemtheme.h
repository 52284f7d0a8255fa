#pragma once

#include <QObject>
#include <QPalette>

namespace lolscope {

/// Whether the desktop wants dark windows: the freedesktop settings portal or Windows' settings where there
/// are any, else the lightness of the palette the platform gave us. Qt tells us itself only from 6.5 on
/// (QStyleHints::colorScheme).
class SystemTheme : public QObject
{
    Q_OBJECT
public:
    explicit SystemTheme(const QPalette &platformPalette, QObject *parent = nullptr);

    bool isDark() const { return m_dark; }

Q_SIGNALS:
    void changed();

private:
    bool m_dark;
};

} // namespace lolscope

#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <filesystem>
#include <string>

namespace lolscope {

/// Tells when the rule set of a settings file, or what is in its folders, is another than the rules that ran.
/// It looks at sizes and times of all rule files now and then, on a pool thread: notifications do not tell of
/// files that are written in place, and do not come from other computers.
///
/// Lives in the GUI thread and emits only there.
class RuleFolderWatch : public QObject
{
    Q_OBJECT
public:
    static constexpr std::chrono::milliseconds kInterval{2000};

    explicit RuleFolderWatch(std::filesystem::path ruleSet, std::chrono::milliseconds interval = kInterval,
                             QObject *parent = nullptr);
    ~RuleFolderWatch() override;

    /// Those that ran, as ruleFilesState() names them. Until it is said they are those of the first look.
    void setRan(std::string state) { m_ran = std::move(state); }

Q_SIGNALS:
    /// With every look until setRan(), once two looks saw the same: nobody is writing just now.
    void changed();

private:
    void look();

    const std::filesystem::path m_ruleSet;
    QTimer m_timer;
    QFutureWatcher<std::string> m_watcher;
    std::string m_ran, m_last;
};

} // namespace lolscope

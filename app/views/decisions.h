#pragma once

#include "app/pipeline/triage.h"

#include <QObject>
#include <QUndoStack>

#include <memory>

namespace lolscope {

class CaseWriter;

/// What the analyst decides, as steps that can be undone. Every step and every undoing is written to the
/// case.
///
/// Steps are written in order by the writer's thread. When one fails the history is dropped: it would no
/// longer describe the case.
class Decisions : public QObject
{
    Q_OBJECT
public:
    explicit Decisions(QObject *parent = nullptr);

    /// Where to write from now on; drops the history. Null while there is no case.
    void setWriter(CaseWriter *writer);
    QUndoStack *history() { return &m_history; }

    void setVerdict(const AlertRow &alert, Verdict verdict, const std::string &note);
    void addAllow(AllowlistItem item);
    void removeAllow(AllowlistItem item);

Q_SIGNALS:
    /// The case has changed.
    void written();
    void failed(const lolscope::Error &error);

private:
    class VerdictStep;
    class AllowStep;
    void told(const Result<void> &result);
    void writeVerdict(const std::string &alertId, Verdict verdict, const std::string &note);
    void writeAdd(const std::shared_ptr<AllowlistItem> &item);
    void writeRemove(const std::shared_ptr<AllowlistItem> &item);

    CaseWriter *m_writer = nullptr;
    QUndoStack m_history;
};

} // namespace lolscope

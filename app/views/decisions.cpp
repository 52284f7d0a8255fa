#include "app/views/decisions.h"

#include "app/jobs/casewriter.h"
#include "app/pipeline/triage.h"

#include <QUndoCommand>

namespace lolscope {

class Decisions::VerdictStep : public QUndoCommand
{
public:
    VerdictStep(Decisions &decisions, const AlertRow &alert, Verdict verdict, std::string note)
        : QUndoCommand(verdict == alert.verdict       ? Decisions::tr("note")
                           : verdict == Verdict::None ? Decisions::tr("clear verdict")
                                                      : Decisions::tr("verdict"))
        , m_decisions(decisions)
        , m_alert(alert.id)
        , m_before{alert.verdict, alert.note}
        , m_after{verdict, std::move(note)}
    {}

    void redo() override { m_decisions.writeVerdict(m_alert, m_after.verdict, m_after.note); }
    void undo() override { m_decisions.writeVerdict(m_alert, m_before.verdict, m_before.note); }

private:
    struct State
    {
        Verdict verdict;
        std::string note;
    };
    Decisions &m_decisions;
    std::string m_alert;
    State m_before;
    State m_after;
};

class Decisions::AllowStep : public QUndoCommand
{
public:
    AllowStep(Decisions &decisions, AllowlistItem item, bool adds)
        : QUndoCommand(adds ? Decisions::tr("allowlist item") : Decisions::tr("removed allowlist item"))
        , m_decisions(decisions)
        , m_item(std::make_shared<AllowlistItem>(std::move(item)))
        , m_adds(adds)
    {}

    void redo() override { write(m_adds); }
    void undo() override { write(!m_adds); }

private:
    void write(bool add)
    {
        if (add)
            m_decisions.writeAdd(m_item);
        else
            m_decisions.writeRemove(m_item);
    }
    Decisions &m_decisions;
    std::shared_ptr<AllowlistItem> m_item; // the writer's thread alone reads and changes it
    bool m_adds;
};

Decisions::Decisions(QObject *parent)
    : QObject(parent)
{}

void Decisions::setWriter(CaseWriter *writer)
{
    m_history.clear();
    m_writer = writer;
}

void Decisions::setVerdict(const AlertRow &alert, Verdict verdict, const std::string &note)
{
    if (m_writer && (verdict != alert.verdict || note != alert.note))
        m_history.push(new VerdictStep(*this, alert, verdict, note));
}

void Decisions::addAllow(AllowlistItem item)
{
    if (m_writer)
        m_history.push(new AllowStep(*this, std::move(item), true));
}

void Decisions::removeAllow(AllowlistItem item)
{
    if (m_writer)
        m_history.push(new AllowStep(*this, std::move(item), false));
}

void Decisions::told(const Result<void> &result)
{
    if (!result) {
        m_history.clear();
        Q_EMIT failed(result.error());
    }
    Q_EMIT written(); // also after an error: what is shown comes from the case
}

void Decisions::writeVerdict(const std::string &alertId, Verdict verdict, const std::string &note)
{
    m_writer->run(
        this,
        [alertId, verdict, note](CaseFile &file) {
            return lolscope::setVerdict(file, alertId, verdict, note, loginName());
        },
        [this](const Result<void> &result) { told(result); });
}

void Decisions::writeAdd(const std::shared_ptr<AllowlistItem> &item)
{
    m_writer->run(
        this,
        [item](CaseFile &file) -> Result<void> {
            auto stored = lolscope::addAllow(file, *item, loginName());
            if (!stored)
                return tl::unexpected(stored.error());
            *item = std::move(*stored); // now with the id that undoing needs
            return {};
        },
        [this](const Result<void> &result) { told(result); });
}

void Decisions::writeRemove(const std::shared_ptr<AllowlistItem> &item)
{
    m_writer->run(
        this, [item](CaseFile &file) { return lolscope::removeAllow(file, item->id, loginName()); },
        [this](const Result<void> &result) { told(result); });
}

} // namespace lolscope

#pragma once

#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/linkstore.h"

#include <memory>
#include <string>
#include <vector>

namespace lolscope {

/// The facts of a linked case whose links may depend on what was added since, found by indexed queries: so
/// that linking them alone gives what linking all of the case would give.
///
/// What an added fact can change, and what that depends on:
/// - its ProcessGuid on its host: which row stands for that process. Depends on all starts and ends that name
///   the GUID and, while no Sysmon start does, on the first fact of each kind that does.
/// - the runs of its PID on its host, where it starts or ends one, or gives a GUID without a Sysmon start to
///   one. They depend on what starts and ends about that time and since the run before, not on earlier use of
///   the PID, and on the GUIDs that Security starts among these have learnt or may learn.
/// - then the facts without a GUID between a changed start or end and the next start of the PID, the children
///   of a changed process, and 5156 beside Sysmon 3 within seconds.
///
/// Use: read(), link, widen() with the links; again while it says that more is touched; then save().
/// Everything happens in the caller's transaction, on one connection, whose temporary tables it uses.
class TouchedFacts
{
public:
    /// Makes the indexes it needs where they are missing: takes long on a large case, once. The case has to
    /// be linked up to `linked`. `file` has to outlive it.
    static Result<std::unique_ptr<TouchedFacts>> open(CaseFile &file);
    ~TouchedFacts();

    /// Begins with the facts of the events behind `linked`.
    Result<void> begin(EventId linked);
    /// What has to be linked together. Starts that are there for others alone are settled, or name no parent.
    Result<LinkFacts> read();
    /// Takes in what else changes with these links; false when nothing does.
    Result<bool> widen(const LinkFacts &facts, const Links &links);
    /// Writes the links that changed, and what follows from them: rows of processes without a start, and the
    /// asked names.
    Result<void> save(const LinkFacts &facts, const Links &links);

    /// After save(): the candidates for detection whose joined values may have changed, new ones included.
    Result<std::vector<EventId>> changedEvents() const;
    /// Alerts whose process has another parent.
    Result<std::vector<std::string>> changedAlerts() const;

private:
    struct Private;
    explicit TouchedFacts(std::unique_ptr<Private> p);
    std::unique_ptr<Private> d;
};

} // namespace lolscope

#pragma once

#include "model/base/event.h"

#include <string>

namespace lolscope {

/// What an event is about that has no process in the case. Alerts on such events are grouped by it, since one
/// alert for each of ten thousand logoffs helps nobody: one alert is one rule, one host and one subject, with
/// all its events as hits.
///
/// The subject is
/// - the ProcessGuid, where the event has one: a process of which nothing else is known;
/// - else the thing and the account together, each where there is one. The thing is the first of ServiceName,
///   TaskName and ThreatName; the account is TargetUserName with its domain, else SubjectUserName with its
///   domain, else User, else the SID of System/Security. Empty values and `-` do not count.
/// An event that names nothing of this shares the alert of the rule and the host with others like it.
///
/// Source of the names: Security 4624-4799, System 7045, TaskScheduler 106-141 and Windows Defender
/// 1116-1119, as https://learn.microsoft.com/windows/security/threat-protection/auditing/ lists their fields.
struct EventSubject
{
    std::string processGuid; ///< Upper case.
    std::string thing;
    std::string account; ///< `DOMAIN\user`, `user` or a SID, as written.

    /// The same for events about the same, whatever the case of their letters.
    std::string key() const;
};

/// `event` as its record has it, nothing joined.
EventSubject subjectOf(const Event &event);

} // namespace lolscope

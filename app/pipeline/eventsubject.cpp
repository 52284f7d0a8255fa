#include "app/pipeline/eventsubject.h"

#include "model/base/text.h"
#include "model/store/facts.h"

namespace lolscope {

namespace {

std::string valueOf(std::span<const Field> fields, std::string_view name)
{
    for (const Field &field : fields)
        if (field.name == name && field.value != "-" && !field.value.empty())
            return std::string(field.value);
    return {};
}

std::string accountOf(const Event &event)
{
    for (const std::string role : {"Target", "Subject"})
        if (const auto user = valueOf(event.data, role + "UserName"); !user.empty()) {
            const auto domain = valueOf(event.data, role + "DomainName");
            return domain.empty() ? user : domain + '\\' + user;
        }
    const auto user = valueOf(event.data, "User");
    return user.empty() ? valueOf(event.system, "Security_UserID") : user;
}

} // namespace

std::string EventSubject::key() const
{
    if (!processGuid.empty())
        return "process " + processGuid;
    const std::string folded = foldCase(thing);
    return "about " + std::to_string(folded.size()) + ' ' + folded + ' ' + foldCase(account);
}

EventSubject subjectOf(const Event &event)
{
    EventSubject subject;
    Arena texts(64);
    subject.processGuid = processGuid(event, texts);
    for (const std::string_view name : {"ServiceName", "TaskName", "ThreatName", "Threat Name"})
        if (subject.thing.empty())
            subject.thing = valueOf(event.data, name);
    subject.account = accountOf(event);
    return subject;
}

} // namespace lolscope

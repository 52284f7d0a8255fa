#pragma once

#include "detection/engine/facts.h"
#include "detection/sigma/rule.h"
#include "model/base/event.h"

#include <string>
#include <vector>

namespace lolscope {

/// Reads the values of some fields from events that a rule matched, as the rule sees them (aliases of its log
/// source included). Belongs to one thread at a time.
class EventValues
{
public:
    /// `fields` have to outlive it.
    EventValues(sigma::RulePtr rule, const std::vector<std::string> &fields);

    /// One text for each field: of several values the first that is not empty, so the record's own before a
    /// joined one; empty for a field that is absent.
    std::vector<std::string> of(const Event &event);

private:
    sigma::RulePtr m_rule;
    std::vector<FieldTable> m_tables; ///< One for each kind of event the rule is about.
    Facts m_facts;
};

} // namespace lolscope

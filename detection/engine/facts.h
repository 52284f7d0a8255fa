#pragma once

#include "detection/sigma/logsource.h"
#include "model/base/event.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope {

/// One value of a field as a rule sees it.
struct FactValue
{
    std::string_view field; ///< The name it has in the event.
    std::string_view text; ///< What tests look at.
    std::string_view recorded; ///< What the event holds; another text where the log writes codes (`%%14593`).
    FieldSource source = FieldSource::Event;
    std::optional<std::string> folded = {};

    std::string_view foldedText();
};

/// A field that rules ask for, as one kind of events names it.
struct FactField
{
    std::string_view name;
    const sigma::FieldAlias *alias = nullptr;
    friend bool operator==(const FactField &, const FactField &) = default;
};

/// The values of one event, looked up once and kept for all the rules that ask for them.
/// EventData hides a System value of the same name (Sigma taxonomy; System/104 has its own `Channel`).
class Facts
{
public:
    /// `fields` are those that will be asked for, by index; they and the event have to outlive the facts.
    Facts(const Event &event, const std::vector<FactField> &fields);

    std::vector<FactValue> &valuesOf(std::size_t field);
    std::vector<FactValue> &allValues(); ///< For keywords.

private:
    std::vector<FactValue> lookUp(const FactField &field);
    void addSystem(std::string_view name, std::vector<FactValue> &values);
    std::string_view keep(std::uint64_t number);

    const Event &m_event;
    const std::vector<FactField> &m_fields;
    std::vector<std::optional<std::vector<FactValue>>> m_values;
    std::optional<std::vector<FactValue>> m_all;
    std::deque<std::string> m_numbers; ///< Texts of numbers; a deque, because views point to them.
};

} // namespace lolscope

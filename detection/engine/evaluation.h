#pragma once

#include "detection/engine/engine.h"
#include "detection/engine/facts.h"
#include "detection/sigma/detection.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lolscope {

/// Asks one rule's conditions of one event.
class Evaluation
{
public:
    /// `itemFields` gives for each item of the detection the index of its field in `facts`.
    Evaluation(const sigma::Detection &detection, std::span<const std::uint32_t> itemFields, Facts &facts)
        : m_detection(detection)
        , m_itemFields(itemFields)
        , m_facts(facts)
    {}

    bool holds() { return holds(m_detection.condition); }
    /// The positive tests that held, in the order of the condition; what stands under a `not` says nothing.
    std::vector<MatchedValue> explain();

private:
    bool holds(const sigma::Expression &expression);
    bool holds(const sigma::Item &item, std::vector<FactValue> &values) const;
    std::vector<FactValue> &valuesOf(std::size_t item);
    void explain(const sigma::Expression &expression, std::vector<MatchedValue> &matched);

    const sigma::Detection &m_detection;
    std::span<const std::uint32_t> m_itemFields;
    Facts &m_facts;
};

} // namespace lolscope

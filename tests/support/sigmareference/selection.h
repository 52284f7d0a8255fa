#pragma once

#include "tests/support/sigmareference/event.h"

#include <functional>
#include <stdexcept>
#include <vector>
#include <yaml-cpp/yaml.h>

namespace lolscope::test {

/// What the reference throws at itself when a rule cannot be used.
struct Refusal : std::runtime_error
{
    using std::runtime_error::runtime_error;
};

/// The event as one of the rule's log sources sees it.
struct View
{
    ReferenceEvent::Private &event;
    const ReferenceSource &source;
    const Texts &valuesOf(const std::string &field) const { return event.valuesOf(source, field); }
};

using Test = std::function<bool(const View &)>;

Test allOf(std::vector<Test> tests);
Test anyOf(std::vector<Test> tests);
Test noneOf(Test test);

/// Reads what stands under one name of `detection:`. Throws Refusal.
Test selectionTest(const YAML::Node &node);

} // namespace lolscope::test

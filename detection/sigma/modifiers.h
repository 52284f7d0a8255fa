#pragma once

#include "detection/sigma/detection.h"
#include "detection/sigma/yaml.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope::sigma {

/// A key of a selection: `Field|modifier|modifier`.
struct ItemKey
{
    /// What is done to a text, in the order of the modifiers.
    enum class Step : std::uint8_t { Windash, Utf16Le, Utf16Be, Utf16, Base64, Base64Offset };

    std::string field; ///< Empty for keywords.
    bool contains = false;
    bool startsWith = false;
    bool endsWith = false;
    bool all = false;
    bool cased = false;
    bool negated = false;
    bool exists = false;
    bool cidr = false;
    bool regex = false;
    bool regexIgnoreCase = false;
    bool regexManyLines = false;
    bool regexDotAll = false;
    bool fieldReference = false;
    bool expand = false;
    std::optional<CompareTest::Relation> relation;
    std::optional<TimePart> timePart;
    std::vector<Step> steps;

    /// Every modifier but those that say where in the value a text stands, and `all`.
    bool isPlain() const
    {
        return !cased && !negated && !exists && !regex && !fieldReference && !expand && !relation && !timePart
            && steps.empty();
    }

    /// Reads `key`. Errors with line and column: Unsupported for a modifier that we do not know or that
    /// cannot stand there or beside the others (Sigma modifiers specification 2.1).
    static Result<ItemKey> parse(const yaml::Node &key);
};

} // namespace lolscope::sigma

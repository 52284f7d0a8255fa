#pragma once

#include "detection/sigma/detection.h"
#include "detection/sigma/yaml.h"

#include <optional>
#include <string>
#include <string_view>

namespace lolscope::sigma {

/// A key of a selection: `Field|modifier|modifier`.
struct ItemKey
{
    std::string field; ///< Empty for keywords.
    bool contains = false;
    bool startsWith = false;
    bool endsWith = false;
    bool all = false;
    bool cased = false;
    bool windash = false;
    bool negated = false;
    bool exists = false;
    bool cidr = false;
    bool regex = false;
    bool regexIgnoreCase = false;
    bool regexManyLines = false;
    bool regexDotAll = false;
    std::optional<CompareTest::Relation> relation;

    /// Reads `key`. Errors with line and column: Unsupported for a modifier that we do not know or that
    /// cannot stand there or beside the others (Sigma modifiers specification 2.1).
    static Result<ItemKey> parse(const yaml::Node &key);
};

} // namespace lolscope::sigma

#pragma once

#include "detection/sigma/rule.h"
#include "detection/sigma/yaml.h"

#include <memory>
#include <string_view>
#include <vector>

/// Shared by the sources that read one kind of document each. Errors and warnings have line and column; their
/// `source`, and `source`, `line` and `text` of what is read, are left to the caller.
namespace lolscope::sigma {

/// A detection rule; `root` is a map. Without an id it gets one made from `text`, its document: it stays the
/// same as long as that does.
Result<std::shared_ptr<Rule>> parseRule(const yaml::Node &root, std::string_view text,
                                        std::vector<Error> &warnings);
/// What correlation rules have in common with it: title, id, name, level, tags, ... Without an id it gets one
/// made from its title, since correlation rules are published without.
Result<std::shared_ptr<Rule>> parseHead(const yaml::Node &root);

} // namespace lolscope::sigma

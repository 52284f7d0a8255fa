#pragma once

#include <string>
#include <string_view>

namespace lolscope::yaml {

/// `text` as a YAML scalar on one line that any reader gives back unchanged: in single quotes, or in double
/// quotes with escapes where it has characters that YAML changes or refuses or that a reader cannot see (line
/// breaks, controls, bidi and zero-width characters). Ill-formed bytes, which YAML cannot hold, become
/// U+FFFD.
std::string quoted(std::string_view text);

} // namespace lolscope::yaml

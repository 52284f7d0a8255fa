#pragma once

#include <QString>

#include <string_view>

namespace lolscope {

/// A sentence of warnings() of the allowlist in the user's language, log text in it made visible; one we do
/// not know stays English. `known` tells which.
QString allowWarningText(std::string_view sentence, bool *known = nullptr);

} // namespace lolscope

#pragma once

#include "detection/allowlist/allowlist.h"

#include <QString>

namespace lolscope {

/// A warning in the user's language, log text in it made visible.
QString allowWarningText(const AllowWarning &warning);

} // namespace lolscope

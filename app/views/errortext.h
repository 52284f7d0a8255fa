#pragma once

#include "model/base/result.h"

#include <QString>

namespace lolscope {

/// The one place where errors get words for the user.
QString errorText(ErrorCode code);
/// errorText() and beneath it the English detail, log text in it made visible. Plain text.
QString errorText(const Error &error);

} // namespace lolscope

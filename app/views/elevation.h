#pragma once

#include "model/base/result.h"

#include <QStringList>

namespace lolscope {

/// Whether this program could run with more rights than it has, if the user allows it: on Windows, where it
/// is not elevated.
bool canElevate();

/// Starts this program once more, as administrator; Windows asks the user. Errors: Cancelled, the user said
/// no; Io, it could not be started; Unsupported on other systems.
Result<void> startElevated(const QStringList &arguments);

} // namespace lolscope

#pragma once

#include "model/base/result.h"
#include "model/base/secret.h"

#include <stop_token>
#include <string>

namespace lolscope::cli {

/// The password of `user`, which is never an argument, where other users of the computer would see it: the
/// environment's LOLSCOPE_PASSWORD; else it is asked for on the terminal, without showing it; else it is the
/// first line of the standard input, of which nothing more is read. Errors: Invalid, there is none;
/// Cancelled.
Result<Secret> passwordOf(const std::string &user, const std::stop_token &stop);

} // namespace lolscope::cli

#pragma once

#include "model/base/result.h"
#include "model/store/casefile.h"
#include "model/store/factstore.h"

#include <string>

namespace lolscope {

/// A connection with its process chain and DNS queries as one JSON line, with the fields of the command
/// line's reference.
Result<std::string> connectionJsonLine(const CaseFile &file, const ConnectionRow &connection,
                                       ChainCache &chains);

} // namespace lolscope

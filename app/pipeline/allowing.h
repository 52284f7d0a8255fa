#pragma once

#include "model/base/result.h"
#include "model/store/casefile.h"

namespace lolscope {

/// Works out anew which alerts the allowlist of the case allows: those of which every hit matches one and the same item.
Result<void> applyAllowlist(CaseFile &file);

} // namespace lolscope

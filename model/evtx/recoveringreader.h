#pragma once

#include "model/evtx/eventreader.h"

namespace lolscope {

/// openEvtx(), and where ReadOptions::helper names the helper, a second opinion on the chunks that turned out
/// to be damaged: libevtx is laxer with records whose BinXml is broken. It gets copies of those chunks alone,
/// some at a time, and what it gives beyond our decoder comes last, marked as recovered; its place is told
/// where the record header's id tells it. A helper that is absent, crashes, hangs, wants too much or talks
/// garbage costs what it had still to give, and is named as Damage.
Result<std::unique_ptr<EventReader>> openRecovering(const std::filesystem::path &path,
                                                    const ReadOptions &options);

} // namespace lolscope

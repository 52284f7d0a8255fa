#pragma once

#include "model/store/linkstore.h"

namespace lolscope {

/// Joins the facts of a case into processes with parents, connections with their process and the name it
/// asked for. A pure function of the set of facts: the order in which files and records came does not matter.
///
/// - A process is (host, ProcessGuid); without one, (host, PID, lifetime): the latest start at or before the
///   fact, with the end record or the next start of that PID as its end, and the same program name.
/// - A 4688 start within kSameStart of a Sysmon start of the same PID and program is that start's second
///   record; a 5156 connection within kSameConnection of a Sysmon one with the same ends likewise.
/// - Facts of a process whose start was not logged make a derived process; a parent known only by the Parent*
///   fields makes a ghost. Self-parents and cycles are cut.
/// - A connection's asked name is the query whose answers hold its destination, of the same process first,
///   then of the same host; of several the nearest in time, at most kClockTolerance after the connection.
Links linkProcesses(const LinkFacts &facts);

/// Real logs show a connection's UtcTime up to 4 s before its own process start.
constexpr Ticks kClockTolerance = std::chrono::seconds(5);
constexpr Ticks kSameStart = std::chrono::seconds(2);
constexpr Ticks kSameConnection = std::chrono::seconds(10);

} // namespace lolscope

#pragma once

#include <filesystem>

namespace lolscope::bench {

/// Seconds that SQLite takes to insert every row of the case `from`, held ready in memory, into a new case
/// `to` with the same indexes, until it is closed: what indexing could take at best if reading, linking and
/// detecting cost nothing. `to` is removed again. Ends the program when something fails.
double insertOnly(const std::filesystem::path &from, const std::filesystem::path &to);

} // namespace lolscope::bench

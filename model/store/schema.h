#pragma once

#include <cstdint>

namespace lolscope {

/// `PRAGMA application_id` of a case file: "LOLS".
constexpr std::int32_t kCaseApplicationId = 0x4C4F4C53;
/// `PRAGMA user_version`. Any other is refused; 1 to 3 were never released.
constexpr int kCaseSchemaVersion = 4;

/// Creates the tables and views of kCaseSchemaVersion in an empty database.
///
/// Times are 100 ns steps since 1970-01-01 UTC; the views show them as ISO 8601 text. Names are UTF-8. A NULL
/// means that the evidence does not say.
extern const char *const kCaseSchema;

/// The indexes that only queries need. They are made when a case has been filled, so that filling it does not
/// pay for them row by row; a case that was interrupted before may lack them.
extern const char *const kEventIndexes;
extern const char *const kFactIndexes;
/// The one that joining events with their processes needs too.
extern const char *const kJoinIndex;

/// The index that finds an event by its identity; only where evidence overlaps or is added later.
extern const char *const kEventIdentityIndex;

/// The indexes by which a few new facts find those they touch; only in cases that were filled from live
/// sources.
extern const char *const kLiveIndexes;

} // namespace lolscope

#pragma once

#include <cstdint>

namespace lolscope {

/// `PRAGMA application_id` of a case file: "LOLS".
constexpr std::int32_t kCaseApplicationId = 0x4C4F4C53;
/// `PRAGMA user_version`. A newer one is refused.
constexpr int kCaseSchemaVersion = 1;

/// Creates the tables and views of kCaseSchemaVersion in an empty database.
///
/// Times are 100 ns steps since 1970-01-01 UTC; the views show them as ISO 8601 text. Names are UTF-8. A NULL
/// means that the evidence does not say.
extern const char *const kCaseSchema;

/// The indexes that only queries need. They are made when a case has been filled, so that filling it does not
/// pay for them row by row; a case that was interrupted before may lack them.
extern const char *const kCaseIndexes;

} // namespace lolscope

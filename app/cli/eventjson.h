#pragma once

#include "model/base/event.h"

#include <string>
#include <string_view>

namespace lolscope::cli {

/// Writes events as JSON Lines, for `dump`: one object each, with the fields and in the form that JsonObject
/// and fieldsToJson() would give. Written by hand because it is half of the time that dumping takes. Threads:
/// several may use one writer at once.
class EventJson
{
public:
    explicit EventJson(std::string_view evidence);

    /// Puts a line for each event of `batch` into its `prepared`.
    void write(EventBatch &batch) const;

private:
    std::string m_start; ///< Of every line, up to the chunk's number.
};

/// Writes `text` as the inside of a JSON string and gives the end; `out` has room for 6 bytes for each of the
/// text and Arena::kReadAhead more. `text` lies in an arena.
char *writeEscaped(std::string_view text, char *out);

} // namespace lolscope::cli

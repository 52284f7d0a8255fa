#pragma once

#include "model/base/result.h"
#include "model/store/rows.h"

#include <optional>
#include <string>

namespace lolscope {

/// A stored event as XML.
struct CitedXml
{
    std::string xml;
    /// Why the XML was put together from the fields in the case, without the record's own structure: the
    /// evidence is gone, or changed. Empty when it is the record's own.
    std::optional<Error> flattened;
};

/// What the case has of a record whose evidence cannot be read again. Else reads it anew from the first of
/// the cited files that still holds it unchanged; see recordXml(). Blocks for as long as that takes.
CitedXml citedXml(const StoredEvent &stored);

} // namespace lolscope

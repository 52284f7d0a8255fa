#pragma once

#include "model/base/arena.h"
#include "model/evtx/binxml.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace lolscope::binxml {

/// Whose children the roots of a fragment are. It decides what their texts become: the same BinXml means one
/// thing within EventData and another within UserData. The conventions are those of parseEventXml(), see
/// Event.
enum class Place : std::uint8_t {
    Document,
    Event,
    System,
    EventData,
    UserData, ///< And whatever else Event may hold: ProcessingErrorData, BinaryEventData, DebugData.
    Rendering, ///< RenderingInfo.
    Text, ///< Only the text counts.
};

/// A piece of a text: fixed, or a value of the instance.
struct Part
{
    std::string_view text;
    std::uint16_t value = 0;
    bool isValue = false;
};

/// What is done with a text.
enum class Do : std::uint8_t {
    Provider,
    EventId,
    Version,
    Level,
    TimeCreated,
    RecordId,
    Channel,
    Computer,
    SystemField, ///< A System value beyond the members; an empty one is none.
    RenderingField, ///< Of RenderingInfo, among the System values.
    DataField,
    NamedDataField, ///< Its name is a text with values too; `name` where that comes out empty.
    LeafField, ///< Of UserData: a BinXml value in its place is walked like UserData itself.
    LeafRendering,
    TopField, ///< The same for an element of Event, as UserData itself is one; an empty text is no field.
    Element, ///< The Event element starts.
    Nested, ///< The value `value`, if it is BinXml, stands here, as a child of `place`.
    NestedInstance, ///< The template instance at `instance` stands here.
    Text, ///< Goes to the text being collected.
};

struct Op
{
    Do what = Do::Text;
    Place place = Place::Text;
    bool single = false; ///< The text is the one value `value`.
    std::uint16_t value = 0;
    std::uint32_t instance = 0;
    std::uint32_t part = 0, partCount = 0; ///< In Plan::parts.
    std::uint32_t namePart = 0, namePartCount = 0; ///< Of a NamedDataField.
    std::uint32_t guard = 0, guardCount = 0; ///< In Plan::guards: values that must not be null.
    std::string_view name;
};

/// How to turn the values of one template (or a fragment without values) into fields of an event: a list of
/// steps in the order of the document. Never changed once compiled, so it may be shared; its texts are its
/// own.
struct Plan
{
    static constexpr std::size_t kTextBlock = 4096; ///< Names of a template come to about 1 KiB.

    std::vector<Op> ops;
    std::vector<Part> parts;
    std::vector<std::uint16_t> guards;
    std::uint32_t valuesNeeded = 0; ///< One more than the largest index of a value.
    Arena texts{kTextBlock};
    Canonical source; ///< What it was compiled from, and for which place; kept by the cache to compare with.
    Place place = Place::Document;
};

/// Compiles a checked fragment for `place`. Fault: a document that is no Event. `plan` is a new one.
bool compile(const Canonical &fragment, Place place, Plan &plan, Fault &fault);

} // namespace lolscope::binxml

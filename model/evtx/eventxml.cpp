#include "model/evtx/eventxml.h"

#include "model/base/text.h"
#include "model/evtx/xmltext.h"

#include <algorithm>
#include <charconv>
#include <pugixml.hpp>
#include <sstream>
#include <unordered_map>

namespace lolscope {

namespace {

constexpr std::string_view kNamespace = "http://schemas.microsoft.com/win/2004/08/events/event";

/// Element names without their namespace prefix.
std::string_view localName(const pugi::xml_node &node)
{
    const std::string_view name = node.name();
    const auto colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// Blanks around the digits are what an indented export brings.
template<typename T>
std::optional<T> toNumber(std::string_view text)
{
    constexpr std::string_view kBlanks = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    text = text.substr(0, text.find_last_not_of(kBlanks) + 1);
    T value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    return status == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value)
                                                                                      : std::nullopt;
}

/// Whether a character reference (XML 1.0, 4.1) outside of CDATA means NUL, which is not well-formed; pugixml
/// would end the text there and so hide what follows. Its numbers wrap at 32 bits.
bool refersToNul(std::string_view xml)
{
    for (auto at = xml.find_first_of("&<"); at != std::string_view::npos;
         at = xml.find_first_of("&<", at + 1)) {
        if (xml.substr(at, 9) == "<![CDATA[") {
            at = xml.find("]]>", at);
            if (at == std::string_view::npos)
                return false;
            continue;
        }
        if (xml.substr(at, 2) != "&#")
            continue;
        const unsigned base = xml.substr(at + 2, 1) == "x" ? 16 : 10;
        std::uint32_t value = 0;
        std::size_t end = at + (base == 16 ? 3 : 2);
        for (const std::size_t first = end; end < xml.size(); ++end) {
            const char c = xml[end];
            const char lower = static_cast<char>(c | 0x20);
            if (c >= '0' && c <= '9')
                value = value * base + static_cast<std::uint32_t>(c - '0');
            else if (base == 16 && lower >= 'a' && lower <= 'f')
                value = value * base + static_cast<std::uint32_t>(lower - 'a' + 10);
            else if (c == ';' && value == 0 && end > first)
                return true;
            else
                break;
        }
    }
    return false;
}

class EventBuilder
{
public:
    explicit EventBuilder(EventBatch &batch)
        : m_batch(batch)
    {}

    Result<Event> build(const pugi::xml_node &root)
    {
        for (const auto &child : root.children()) {
            const auto name = localName(child);
            if (name == "System")
                readSystem(child);
            else if (name == "EventData")
                readEventData(child);
            else if (name == "RenderingInfo")
                readLeaves(child, m_system, "RenderingInfo_");
            else if (child.type()
                     == pugi::node_element) // UserData, BinaryEventData, ProcessingErrorData, DebugData
                readTop(child, name);
        }
        if (!m_size.isAllowed())
            return fail(ErrorCode::TooLarge, EventSize::kExceeded);
        if (m_event.provider.empty())
            m_event.provider = providerBesideName(m_system);
        m_event.system = m_batch.keep(std::span<const Field>(m_system));
        m_event.data = m_batch.keep(std::span<const Field>(m_data));
        return m_event;
    }

private:
    std::string_view keep(std::string_view text) { return m_batch.keep(readMarks(validUtf8(text))); }

    void add(std::vector<Field> &fields, std::string_view name, std::string_view value)
    {
        if (m_size.add(name, value)) // else build() says so
            fields.push_back({keep(name), keep(value)});
    }

    /// What is no number stays as text, so that a value of 0 can be told from one that could not be read.
    template<typename T>
    std::optional<T> number(std::string_view name, std::string_view text)
    {
        const auto value = toNumber<T>(text);
        if (!value && !text.empty())
            add(m_system, name, text);
        return value;
    }

    void readSystem(const pugi::xml_node &system)
    {
        for (const auto &child : system.children()) {
            const auto name = localName(child);
            const std::string_view text = child.text().get();
            if (name == "Provider")
                m_event.provider = keep(child.attribute("Name").value());
            else if (name == "EventID")
                m_event.eventId = number<std::uint32_t>(name, text).value_or(0) & 0xffff;
            else if (name == "Version")
                m_event.version = number<std::uint32_t>(name, text).value_or(0);
            else if (name == "Level")
                m_event.level = number<std::uint32_t>(name, text).value_or(0);
            else if (name == "TimeCreated")
                m_event.timeCreated = parseTimestamp(child.attribute("SystemTime").value());
            else if (name == "EventRecordID")
                m_event.recordId = number<std::uint64_t>(name, text);
            else if (name == "Channel")
                m_event.channel = keep(text);
            else if (name == "Computer")
                m_event.computer = keep(text);
            else if (!text.empty())
                add(m_system, name, text);
            for (const auto &attribute : child.attributes()) {
                const std::string_view attributeName = attribute.name();
                if (!m_size.isAllowed())
                    return;
                const bool isMember = (name == "Provider" && attributeName == "Name")
                    || (name == "TimeCreated" && attributeName == "SystemTime" && m_event.timeCreated);
                if (!isMember && attributeName.substr(0, 5) != "xmlns" && attribute.value()[0] != '\0')
                    add(m_system, std::string(name) + '_' + std::string(attributeName), attribute.value());
            }
        }
    }

    /// An element that has a text of its own and no others in it (BinaryEventData) is a field itself.
    void readTop(const pugi::xml_node &top, std::string_view name)
    {
        readLeaves(top, m_data, {});
        const auto children = top.children();
        if (std::any_of(children.begin(), children.end(),
                        [](const pugi::xml_node &child) { return child.type() == pugi::node_element; }))
            return;
        if (const std::string text = textOf(top); !text.empty())
            add(m_data, name, text);
    }

    void readEventData(const pugi::xml_node &data)
    {
        for (const auto &child : data.children()) {
            if (child.type() != pugi::node_element)
                continue;
            std::string name(child.attribute("Name").value());
            std::erase(name, ' '); // Sigma field names have no blanks
            if (name.empty())
                name = localName(child);
            add(m_data, name, textOf(child));
        }
    }

    /// Text of all descendants: an array value may be rendered as nested elements.
    static std::string textOf(const pugi::xml_node &node)
    {
        struct Walker : pugi::xml_tree_walker
        {
            std::string text;
            bool for_each(pugi::xml_node &current) override
            {
                if (current.type() == pugi::node_pcdata || current.type() == pugi::node_cdata)
                    text += current.value();
                return true;
            }
        } walker;
        pugi::xml_node(node).traverse(walker);
        return std::move(walker.text);
    }

    /// Leaf elements by name, and attributes as Element_Attribute.
    void readLeaves(const pugi::xml_node &top, std::vector<Field> &fields, const std::string &prefix)
    {
        struct Walker : pugi::xml_tree_walker
        {
            std::vector<pugi::xml_node> nodes;
            bool for_each(pugi::xml_node &current) override
            {
                if (current.type() == pugi::node_element)
                    nodes.push_back(current);
                return true;
            }
        } walker;
        pugi::xml_node(top).traverse(walker);
        for (const auto &node : walker.nodes) {
            const std::string name = prefix + std::string(localName(node));
            for (const auto &attribute : node.attributes()) {
                if (!m_size.isAllowed())
                    return;
                if (std::string_view(attribute.name()).substr(0, 5) != "xmlns")
                    add(fields, name + '_' + attribute.name(), attribute.value());
            }
            const auto children = node.children();
            if (std::none_of(children.begin(), children.end(),
                             [](const pugi::xml_node &child) { return child.type() == pugi::node_element; }))
                add(fields, name, textOf(node));
        }
    }

    EventBatch &m_batch;
    Event m_event;
    std::vector<Field> m_system;
    std::vector<Field> m_data;
    EventSize m_size;
};

} // namespace

Result<Event> parseEventXml(std::string_view xml, EventBatch &batch)
{
    if (xml.size() > kMaxEventXmlBytes)
        return fail(ErrorCode::TooLarge, "event XML of " + std::to_string(xml.size()) + " bytes");
    pugi::xml_document document;
    // Line ends are kept as they are: they are part of what was logged.
    const unsigned options = (pugi::parse_default & ~pugi::parse_eol) | pugi::parse_ws_pcdata_single;
    const auto parsed = document.load_buffer(xml.data(), xml.size(), options, pugi::encoding_utf8);
    if (!parsed)
        return fail(ErrorCode::Corrupt, std::string("event XML: ") + parsed.description(), {},
                    static_cast<std::uint64_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)));
    const auto root = document.document_element();
    if (localName(root) != "Event")
        return fail(ErrorCode::Corrupt, "event XML: no Event element", {}, 0);
    if (refersToNul(xml))
        return fail(ErrorCode::Corrupt, "event XML: a reference to NUL", {}, 0);
    return EventBuilder(batch).build(root);
}

std::string toEventXml(const Event &event)
{
    pugi::xml_document document;
    auto root = document.append_child("Event");
    root.append_attribute("xmlns") = std::string(kNamespace).c_str();
    auto system = root.append_child("System");
    const auto set = [](pugi::xml_node node, std::string_view text) {
        if (!text.empty())
            node.append_child(pugi::node_pcdata).set_value(markUnwritable(text).c_str());
    };
    system.append_child("Provider").append_attribute("Name") = markUnwritable(event.provider).c_str();
    set(system.append_child("EventID"), std::to_string(event.eventId));
    // 0 also stands for one that is not there, and reads the same: Version and Level are optional
    // (https://learn.microsoft.com/windows/win32/wes/eventschema-systempropertiestype-complextype).
    if (event.version != 0)
        set(system.append_child("Version"), std::to_string(event.version));
    if (event.level != 0)
        set(system.append_child("Level"), std::to_string(event.level));
    if (event.timeCreated)
        system.append_child("TimeCreated").append_attribute("SystemTime") =
            formatTimestamp(*event.timeCreated).c_str();
    if (event.recordId)
        set(system.append_child("EventRecordID"), std::to_string(*event.recordId));
    set(system.append_child("Channel"), event.channel);
    set(system.append_child("Computer"), event.computer);
    std::unordered_map<std::string, pugi::xml_node> last; // an element may repeat; its attributes follow it
    for (auto child : system.children())
        last[child.name()] = child;
    for (const Field &field : event.system) { // Element, or Element_Attribute
        const auto split = field.name.find('_');
        const std::string element = xmlName(field.name.substr(0, split));
        const std::string attribute =
            split == std::string_view::npos ? std::string() : xmlName(field.name.substr(split + 1));
        const bool irregularNumber =
            attribute.empty() && (element == "EventID" || element == "Version" || element == "Level");
        if (irregularNumber) {
            auto node = system.child(element.c_str());
            if (!node)
                node = system.append_child(element.c_str());
            node.text().set(markUnwritable(field.value).c_str());
            continue;
        }
        auto &node = last[element];
        if (!node || (attribute.empty() ? !node.text().empty() : !node.attribute(attribute.c_str()).empty()))
            node = system.append_child(element.c_str());
        if (attribute.empty())
            set(node, field.value);
        else
            node.append_attribute(attribute.c_str()) = markUnwritable(field.value).c_str();
    }
    auto data = root.append_child("EventData");
    for (const Field &field : event.data) {
        auto node = data.append_child("Data");
        if (field.name != "Data")
            node.append_attribute("Name") = markUnwritable(field.name).c_str();
        set(node, field.value);
    }
    std::ostringstream out;
    document.save(out, "  ", pugi::format_indent | pugi::format_no_declaration);
    return out.str();
}

} // namespace lolscope

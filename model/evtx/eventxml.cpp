#include "model/evtx/eventxml.h"

#include "model/base/text.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <pugixml.hpp>

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

template<typename T>
std::optional<T> toNumber(std::string_view text)
{
    T value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    return status == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value) : std::nullopt;
}

class EventBuilder
{
public:
    explicit EventBuilder(EventBatch &batch)
        : m_batch(batch)
    {}

    Event build(const pugi::xml_node &root)
    {
        for (const auto &child : root.children()) {
            const auto name = localName(child);
            if (name == "System")
                readSystem(child);
            else if (name == "EventData")
                readEventData(child);
            else if (name == "RenderingInfo")
                readLeaves(child, m_system, "RenderingInfo_");
            else if (child.type() == pugi::node_element) // UserData, BinaryEventData, ProcessingErrorData, DebugData
                readTop(child, name);
        }
        if (m_event.provider.empty())
            m_event.provider = providerBesideName(m_system);
        m_event.system = m_batch.keep(std::span<const Field>(m_system));
        m_event.data = m_batch.keep(std::span<const Field>(m_data));
        return m_event;
    }

private:
    std::string_view keep(std::string_view text) { return m_batch.keep(validUtf8(text)); }

    void add(std::vector<Field> &fields, std::string_view name, std::string_view value)
    {
        fields.push_back({keep(name), keep(value)});
    }

    void readSystem(const pugi::xml_node &system)
    {
        for (const auto &child : system.children()) {
            const auto name = localName(child);
            const std::string_view text = child.text().get();
            if (name == "Provider")
                m_event.provider = keep(child.attribute("Name").value());
            else if (name == "EventID")
                m_event.eventId = toNumber<std::uint32_t>(text).value_or(0) & 0xffff;
            else if (name == "Version")
                m_event.version = toNumber<std::uint32_t>(text).value_or(0);
            else if (name == "Level")
                m_event.level = toNumber<std::uint32_t>(text).value_or(0);
            else if (name == "TimeCreated")
                m_event.timeCreated = parseTimestamp(child.attribute("SystemTime").value());
            else if (name == "EventRecordID")
                m_event.recordId = toNumber<std::uint64_t>(text);
            else if (name == "Channel")
                m_event.channel = keep(text);
            else if (name == "Computer")
                m_event.computer = keep(text);
            else if (!text.empty())
                add(m_system, name, text);
            for (const auto &attribute : child.attributes()) {
                const std::string_view attributeName = attribute.name();
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
        if (std::any_of(children.begin(), children.end(), [](const pugi::xml_node &child) { return child.type() == pugi::node_element; }))
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
            for (const auto &attribute : node.attributes())
                if (std::string_view(attribute.name()).substr(0, 5) != "xmlns")
                    add(fields, name + '_' + attribute.name(), attribute.value());
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
            node.append_child(pugi::node_pcdata).set_value(std::string(text).c_str());
    };
    system.append_child("Provider").append_attribute("Name") = std::string(event.provider).c_str();
    set(system.append_child("EventID"), std::to_string(event.eventId));
    set(system.append_child("Version"), std::to_string(event.version));
    set(system.append_child("Level"), std::to_string(event.level));
    if (event.timeCreated)
        system.append_child("TimeCreated").append_attribute("SystemTime") = formatTimestamp(*event.timeCreated).c_str();
    if (event.recordId)
        set(system.append_child("EventRecordID"), std::to_string(*event.recordId));
    set(system.append_child("Channel"), event.channel);
    set(system.append_child("Computer"), event.computer);
    for (const Field &field : event.system) { // Element, or Element_Attribute
        const auto split = field.name.find('_');
        const std::string element(field.name.substr(0, split));
        auto node = system.child(element.c_str());
        if (!node)
            node = system.append_child(element.c_str());
        if (split == std::string_view::npos)
            set(node, field.value);
        else
            node.append_attribute(std::string(field.name.substr(split + 1)).c_str()) = std::string(field.value).c_str();
    }
    auto data = root.append_child("EventData");
    for (const Field &field : event.data) {
        auto node = data.append_child("Data");
        if (field.name != "Data")
            node.append_attribute("Name") = std::string(field.name).c_str();
        set(node, field.value);
    }
    std::ostringstream out;
    document.save(out, "  ", pugi::format_indent | pugi::format_no_declaration);
    return out.str();
}

} // namespace lolscope

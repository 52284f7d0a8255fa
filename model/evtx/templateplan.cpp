#include "model/evtx/templateplan.h"

#include "model/evtx/fragmentnodes.h"
#include "model/evtx/utf16.h"

#include <algorithm>
#include <array>
#include <string>

namespace lolscope::binxml {

namespace {

/// Most pieces of one text; Windows' templates have one or two. It bounds what a forged template makes us
/// compare.
constexpr std::size_t kMaxParts = 1024;

class Compiler
{
public:
    Compiler(const std::vector<Node> &nodes, Plan &plan, Fault &fault)
        : m_nodes(nodes)
        , m_plan(plan)
        , m_fault(fault)
    {}

    bool run(Place place)
    {
        children(0, m_nodes.size(), place);
        return m_fault.reason == nullptr;
    }

private:
    /// What stands in `place`: nodes first..last.
    void children(std::size_t first, std::size_t last, Place place)
    {
        if (place == Place::Text) {
            Op op = textOp(Do::Text, first, last);
            add(op);
            return;
        }
        for (std::size_t i = first; i < last; i = m_nodes[i].end) {
            const Node &node = m_nodes[i];
            if (node.mark == Mark::Element)
                element(i, place);
            else if (node.mark == Mark::Substitution || node.mark == Mark::Instance)
                nested(node, place);
            // Text between elements means nothing there.
        }
    }

    void nested(const Node &node, Place place)
    {
        Op op;
        op.what = node.mark == Mark::Instance ? Do::NestedInstance : Do::Nested;
        op.place = place;
        op.instance = node.instance;
        op.value = node.index;
        if (node.mark == Mark::Substitution)
            need(node.index);
        add(op);
    }

    void element(std::size_t i, Place place)
    {
        const std::string_view name = localName(i);
        const std::size_t guardsBefore = m_guards.size();
        const bool isFrame = place == Place::Document || (place == Place::Event && name == "System");
        if (!isFrame) // an event without its frame is none, whatever the frame depends on
            guard(i);
        switch (place) {
        case Place::Document:
            if (name == "Event") {
                Op op;
                op.what = Do::Element;
                add(op);
                children(contentOf(i), m_nodes[i].end, Place::Event);
            } else {
                m_fault = {"the record is no Event element", 0};
            }
            break;
        case Place::Event:
            eventChild(i, name);
            break;
        case Place::System:
            systemChild(i, name);
            break;
        case Place::EventData:
            data(i, name);
            break;
        case Place::UserData:
        case Place::Rendering:
            leaf(i, name, place);
            break;
        case Place::Text:
            break;
        }
        m_guards.resize(guardsBefore);
    }

    void eventChild(std::size_t i, std::string_view name)
    {
        const std::size_t first = contentOf(i);
        const std::size_t last = m_nodes[i].end;
        if (name == "System") {
            children(first, last, Place::System);
        } else if (name == "EventData") {
            children(first, last, Place::EventData);
        } else if (name == "RenderingInfo") {
            children(first, last, Place::Rendering);
        } else if (hasElements(first, last)) {
            children(first, last, Place::UserData);
        } else {
            Op op = textOp(Do::TopField, first, last);
            op.place = Place::UserData;
            op.name = name;
            add(op);
        }
    }

    void systemChild(std::size_t i, std::string_view name)
    {
        struct Member
        {
            std::string_view name;
            Do what;
        };
        static constexpr std::array<Member, 6> kMembers = {{{"EventID", Do::EventId},
                                                            {"Version", Do::Version},
                                                            {"Level", Do::Level},
                                                            {"EventRecordID", Do::RecordId},
                                                            {"Channel", Do::Channel},
                                                            {"Computer", Do::Computer}}};
        const auto *member = std::find_if(kMembers.begin(), kMembers.end(),
                                          [&](const Member &one) { return one.name == name; });
        if (name != "Provider" && name != "TimeCreated") {
            Op op = textOp(member == kMembers.end() ? Do::SystemField : member->what, contentOf(i),
                           m_nodes[i].end);
            op.name = name;
            add(op);
        }
        forEachAttribute(i, [&](std::size_t at, std::string_view attribute) {
            const bool isProvider = name == "Provider" && attribute == "Name";
            const bool isTime = name == "TimeCreated" && attribute == "SystemTime";
            attributeOp(isProvider   ? Do::Provider
                            : isTime ? Do::TimeCreated
                                     : Do::SystemField,
                        at, joined(name, attribute));
        });
    }

    void data(std::size_t i, std::string_view name)
    {
        Op op = textOp(Do::DataField, contentOf(i), m_nodes[i].end);
        op.name = name;
        forEachAttribute(i, [&](std::size_t at, std::string_view attribute) {
            if (attribute != "Name")
                return;
            const std::size_t before = m_plan.parts.size();
            parts(at + 1, m_nodes[at].end);
            std::string fixed;
            bool isFixed = true;
            for (std::size_t part = before; part < m_plan.parts.size(); ++part) {
                isFixed = isFixed && !m_plan.parts[part].isValue;
                fixed += m_plan.parts[part].text;
            }
            if (isFixed) {
                m_plan.parts.resize(before);
                std::erase(fixed, ' ');
                if (!fixed.empty())
                    op.name = m_plan.texts.keep(fixed);
            } else {
                op.what = Do::NamedDataField;
                op.namePart = static_cast<std::uint32_t>(before);
                op.namePartCount = static_cast<std::uint32_t>(m_plan.parts.size() - before);
            }
        });
        add(op);
    }

    void leaf(std::size_t i, std::string_view local, Place place)
    {
        const bool rendering = place == Place::Rendering;
        const std::string_view name = rendering ? joined("RenderingInfo", local) : local;
        forEachAttribute(i, [&](std::size_t at, std::string_view attribute) {
            attributeOp(rendering ? Do::RenderingField : Do::DataField, at, joined(name, attribute));
        });
        const std::size_t first = contentOf(i);
        if (hasElements(first, m_nodes[i].end)) {
            children(first, m_nodes[i].end, place);
            return;
        }
        Op op = textOp(rendering ? Do::LeafRendering : Do::LeafField, first, m_nodes[i].end);
        op.place = place;
        op.name = name;
        add(op);
    }

    void attributeOp(Do what, std::size_t at, std::string_view name)
    {
        const std::size_t guardsBefore = m_guards.size();
        guardOptional(at + 1, m_nodes[at].end);
        Op op = textOp(what, at + 1, m_nodes[at].end);
        op.name = name;
        add(op);
        m_guards.resize(guardsBefore);
    }

    template<typename Each>
    void forEachAttribute(std::size_t i, Each each)
    {
        for (std::size_t at = i + 1; at < m_nodes[i].end && m_nodes[at].mark == Mark::Attribute;
             at = m_nodes[at].end) {
            const std::string_view name = textOf(m_nodes[at]);
            if (name.substr(0, 5) != "xmlns")
                each(at, name);
        }
    }

    std::size_t contentOf(std::size_t i) const { return binxml::contentOf(m_nodes, i); }

    bool hasElements(std::size_t first, std::size_t last) const
    {
        for (std::size_t i = first; i < last; i = m_nodes[i].end)
            if (m_nodes[i].mark == Mark::Element || m_nodes[i].mark == Mark::Instance)
                return true;
        return false;
    }

    /// An element goes with the value it depends on, and with an optional value that is all it holds.
    void guard(std::size_t i)
    {
        if (m_nodes[i].index != kNoDependency)
            guardValue(m_nodes[i].index);
        const std::size_t first = contentOf(i);
        if (first < m_nodes[i].end && m_nodes[first].end == m_nodes[i].end)
            guardOptional(first, m_nodes[i].end);
    }

    void guardOptional(std::size_t first, std::size_t last)
    {
        std::size_t left = kMaxParts;
        for (std::size_t i = first; i < last && left-- > 0; i = m_nodes[i].end)
            if (m_nodes[i].mark == Mark::Substitution && m_nodes[i].optional)
                guardValue(m_nodes[i].index);
    }

    void guardValue(std::uint16_t index)
    {
        need(index);
        if (std::find(m_guards.begin(), m_guards.end(), index) == m_guards.end())
            m_guards.push_back(index);
    }

    void need(std::uint16_t index)
    {
        m_plan.valuesNeeded = std::max(m_plan.valuesNeeded, index + std::uint32_t{1});
    }

    Op textOp(Do what, std::size_t first, std::size_t last)
    {
        Op op;
        op.what = what;
        op.part = static_cast<std::uint32_t>(m_plan.parts.size());
        parts(first, last);
        op.partCount = static_cast<std::uint32_t>(m_plan.parts.size()) - op.part;
        if (op.partCount > kMaxParts)
            m_fault = {"BinXml text of too many pieces", 0};
        if (op.partCount == 1 && m_plan.parts.back().isValue) {
            op.single = true;
            op.value = m_plan.parts.back().value;
        }
        return op;
    }

    /// The text of nodes first..last and all within them, attributes apart.
    void parts(std::size_t first, std::size_t last)
    {
        for (std::size_t i = first; i < last;) {
            const Node &node = m_nodes[i];
            if (node.mark == Mark::Text && node.unitCount > 0)
                m_plan.parts.push_back({textOf(node), 0, false});
            else if (node.mark == Mark::Substitution) {
                need(node.index);
                m_plan.parts.push_back({{}, node.index, true});
            }
            i = node.mark == Mark::Attribute ? node.end : i + 1;
        }
    }

    void add(Op &op)
    {
        op.guard = static_cast<std::uint32_t>(m_plan.guards.size());
        op.guardCount = static_cast<std::uint32_t>(m_guards.size());
        m_plan.guards.insert(m_plan.guards.end(), m_guards.begin(), m_guards.end());
        m_plan.ops.push_back(op);
    }

    std::string_view textOf(const Node &node)
    {
        char *out = m_plan.texts.reserve(utf8Room(node.unitCount));
        return m_plan.texts.commit(
            static_cast<std::size_t>(utf16ToUtf8(node.units, node.unitCount, out) - out));
    }

    std::string_view localName(std::size_t i)
    {
        const std::string_view name = textOf(m_nodes[i]);
        const auto colon = name.find(':');
        return colon == std::string_view::npos ? name : name.substr(colon + 1);
    }

    std::string_view joined(std::string_view name, std::string_view attribute)
    {
        return m_plan.texts.keep(std::string(name) + '_' + std::string(attribute));
    }

    const std::vector<Node> &m_nodes;
    Plan &m_plan;
    Fault &m_fault;
    std::vector<std::uint16_t> m_guards;
};

} // namespace

bool compile(const Canonical &fragment, Place place, Plan &plan, Fault &fault)
{
    fault = {};
    const auto nodes = nodesOf(fragment);
    return Compiler(nodes, plan, fault).run(place);
}

} // namespace lolscope::binxml

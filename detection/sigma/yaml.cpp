#include "detection/sigma/yaml.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <yaml.h>

namespace lolscope::yaml {

namespace {

bool isDigits(std::string_view text)
{
    return !text.empty()
        && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

template<std::size_t N>
bool isOneOf(std::string_view text, const std::array<std::string_view, N> &words)
{
    return std::find(words.begin(), words.end(), text) != words.end();
}

/// Length of the line break at `at` (YAML 1.1 counts five kinds, and so do libyaml's line numbers), else 0.
std::size_t breakAt(std::string_view text, std::size_t at)
{
    if (text[at] == '\r')
        return text.substr(at, 2) == "\r\n" ? 2 : 1;
    if (text[at] == '\n')
        return 1;
    if (text.substr(at, 2) == "\xC2\x85")
        return 2;
    const auto three = text.substr(at, 3);
    return three == "\xE2\x80\xA8" || three == "\xE2\x80\xA9" ? 3 : 0;
}

/// Byte offsets at which lines begin.
std::vector<std::size_t> lineStarts(std::string_view text)
{
    std::vector<std::size_t> starts = {0};
    for (std::size_t at = 0; at < text.size();) {
        const auto length = breakAt(text, at);
        at += std::max<std::size_t>(length, 1);
        if (length > 0)
            starts.push_back(at);
    }
    return starts;
}

/// One parser event, released when it goes out of scope.
class YamlEvent
{
public:
    YamlEvent() = default;
    YamlEvent(const YamlEvent &) = delete;
    YamlEvent &operator=(const YamlEvent &) = delete;
    ~YamlEvent() { yaml_event_delete(&m_event); }

    yaml_event_t *get() { return &m_event; }
    const yaml_event_t *operator->() const { return &m_event; }

private:
    yaml_event_t m_event = {};
};

int toInt(std::size_t value)
{
    return static_cast<int>(std::min(value, kMaxTextBytes)); // lines and columns cannot exceed the bytes
}

} // namespace

bool Node::isNull() const
{
    static constexpr std::array<std::string_view, 5> kWords = {"", "~", "null", "Null", "NULL"};
    return isScalar() && plain && isOneOf(text, kWords);
}

std::optional<bool> Node::boolean() const
{
    static constexpr std::array<std::string_view, 3> kTrue = {"true", "True", "TRUE"};
    static constexpr std::array<std::string_view, 3> kFalse = {"false", "False", "FALSE"};
    if (!isScalar() || !plain)
        return {};
    if (isOneOf(text, kTrue))
        return true;
    if (isOneOf(text, kFalse))
        return false;
    return {};
}

bool Node::isNumber() const
{
    if (!isScalar() || !plain)
        return false;
    std::string_view digits = text;
    if (digits.starts_with('-'))
        digits.remove_prefix(1);
    const auto point = digits.find('.');
    const auto whole = digits.substr(0, point);
    const bool fractionFits = point == std::string_view::npos || isDigits(digits.substr(point + 1));
    return isDigits(whole) && fractionFits && (whole.size() == 1 || whole[0] != '0');
}

bool Node::isAmbiguous() const
{
    static constexpr std::array<std::string_view, 12> kWords = {"yes", "Yes", "YES", "no",  "No",  "NO",
                                                                "on",  "On",  "ON",  "off", "Off", "OFF"};
    if (!isScalar() || !plain || text.empty() || isNumber())
        return false;
    if (isOneOf(text, kWords))
        return true;
    std::string_view rest = text;
    if (rest.starts_with('-') || rest.starts_with('+'))
        rest.remove_prefix(1);
    if (rest.empty() || rest[0] < '0' || rest[0] > '9')
        return false;
    if (rest.starts_with("0x") || rest.starts_with("0b") || rest.starts_with("0o"))
        return rest.substr(2).find_first_not_of("0123456789abcdefABCDEF_") == std::string_view::npos;
    // YAML 1.1 octal (010, but 0129 is text), grouped (1_000), sexagesimal (1:30), a written plus.
    const auto digits = rest[0] == '0' ? "01234567_" : "0123456789_:";
    return (rest.size() > 1 || text[0] == '+') && rest.find_first_not_of(digits) == std::string_view::npos;
}

const Node *Node::find(std::string_view key) const
{
    for (std::size_t i = 0; i < items.size() && i < keys.size(); ++i)
        if (keys[i].text == key)
            return &items[i];
    return nullptr;
}

tl::unexpected<Error> failAt(const Node &node, ErrorCode code, std::string detail)
{
    Error error{code, std::move(detail)};
    error.line = node.line;
    error.column = node.column;
    return tl::unexpected<Error>(std::move(error));
}

struct Reader::Private
{
    yaml_parser_t parser = {};
    std::string_view text;
    std::string source;
    std::vector<std::size_t> starts;
    bool usable = false;
    bool ended = false;
    std::size_t documents = 0;
    std::size_t nodes = 0;
    std::optional<Error> fatal; ///< Ends the text.
    std::optional<Error> problem; ///< Refuses the document being read.
    Document document; ///< The one being read.

    Error error(ErrorCode code, std::string detail, const yaml_mark_t &mark) const
    {
        return {code, std::move(detail), source, {}, toInt(mark.line) + 1, toInt(mark.column) + 1};
    }

    Error syntaxError() const
    {
        if (parser.error != YAML_READER_ERROR) {
            const char *what = parser.problem ? parser.problem : "not enough memory";
            return error(ErrorCode::Corrupt, std::string("YAML syntax error: ") + what, parser.problem_mark);
        }
        // The byte reader knows only an offset.
        const auto offset = std::min(parser.problem_offset, text.size());
        const auto after = std::upper_bound(starts.begin(), starts.end(), offset);
        yaml_mark_t mark = {};
        mark.line = static_cast<std::size_t>(after - starts.begin()) - 1;
        mark.column = offset - *(after - 1);
        const char *what = parser.problem ? parser.problem : "unreadable bytes";
        return error(ErrorCode::Corrupt, std::string("YAML is not clean UTF-8 text: ") + what, mark);
    }

    bool parse(YamlEvent &event)
    {
        if (yaml_parser_parse(&parser, event.get()))
            return true;
        fatal = syntaxError();
        return false;
    }

    void refuse(ErrorCode code, std::string detail, const yaml_mark_t &mark)
    {
        if (!problem)
            problem = error(code, std::move(detail), mark);
    }

    void refuseDecoration(const yaml_char_t *anchor, const yaml_char_t *tag, const yaml_mark_t &mark)
    {
        if (anchor)
            refuse(ErrorCode::Unsupported, "YAML anchors are not accepted", mark);
        if (tag)
            refuse(ErrorCode::Unsupported, "YAML tags are not accepted", mark);
    }

    /// Builds the node that `event` begins. False after a fatal error.
    bool build(const YamlEvent &event, Node &node, int depth)
    {
        node.line = toInt(event->start_mark.line) + 1;
        node.column = toInt(event->start_mark.column) + 1;
        if (depth > kMaxDepth || ++nodes > kMaxNodes) {
            fatal = error(ErrorCode::TooLarge,
                          depth > kMaxDepth ? "YAML nested too deeply" : "too many YAML nodes in a document",
                          event->start_mark);
            return false;
        }
        switch (event->type) {
        case YAML_ALIAS_EVENT:
            refuse(ErrorCode::Unsupported, "YAML aliases are not accepted", event->start_mark);
            return true;
        case YAML_SCALAR_EVENT: {
            const auto &scalar = event->data.scalar;
            refuseDecoration(scalar.anchor, scalar.tag, event->start_mark);
            node.plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
            node.oneLine = event->start_mark.line == event->end_mark.line;
            node.text.assign(reinterpret_cast<const char *>(scalar.value), scalar.length);
            return true;
        }
        case YAML_SEQUENCE_START_EVENT:
            refuseDecoration(event->data.sequence_start.anchor, event->data.sequence_start.tag,
                             event->start_mark);
            node.kind = Node::Kind::List;
            return buildList(node, depth);
        case YAML_MAPPING_START_EVENT:
            refuseDecoration(event->data.mapping_start.anchor, event->data.mapping_start.tag,
                             event->start_mark);
            node.kind = Node::Kind::Map;
            return buildMap(node, depth);
        default:
            fatal = error(ErrorCode::Internal, "unexpected YAML event", event->start_mark);
            return false;
        }
    }

    bool buildList(Node &node, int depth)
    {
        for (;;) {
            YamlEvent event;
            if (!parse(event))
                return false;
            if (event->type == YAML_SEQUENCE_END_EVENT)
                return true;
            if (!build(event, node.items.emplace_back(), depth + 1))
                return false;
        }
    }

    bool buildMap(Node &node, int depth)
    {
        std::unordered_set<std::string> seen;
        for (;;) {
            YamlEvent keyEvent;
            if (!parse(keyEvent))
                return false;
            if (keyEvent->type == YAML_MAPPING_END_EVENT)
                return true;
            Node &key = node.keys.emplace_back();
            if (!build(keyEvent, key, depth + 1))
                return false;
            if (!key.isScalar())
                refuse(ErrorCode::Unsupported, "a YAML key has to be text", keyEvent->start_mark);
            else if (!seen.insert(key.text).second)
                refuse(ErrorCode::Corrupt, "duplicate key '" + key.text + "'", keyEvent->start_mark);
            YamlEvent valueEvent;
            if (!parse(valueEvent) || !build(valueEvent, node.items.emplace_back(), depth + 1))
                return false;
        }
    }

    /// From its first line up to where the next document or the end begins.
    void cutText(Document &cut, std::size_t firstLine, std::size_t endLine) const
    {
        const auto lineText = [this](std::size_t line) {
            const auto end = line + 1 < starts.size() ? starts[line + 1] : text.size();
            return text.substr(starts[line], end - starts[line]);
        };
        const auto first = lineText(firstLine);
        if (first.starts_with("---") && first.find_first_not_of(" \t\r\n", 3) == std::string_view::npos
            && firstLine + 1 < starts.size())
            ++firstLine;
        endLine = std::clamp(endLine, firstLine, starts.size());
        const auto end = endLine < starts.size() ? starts[endLine] : text.size();
        cut.text = text.substr(starts[firstLine], end - starts[firstLine]);
        cut.line = toInt(firstLine) + 1;
    }
};

Reader::Reader(std::string_view text, std::string_view source)
    : d(std::make_unique<Private>())
{
    d->text = text;
    d->source = source;
    if (text.size() > kMaxTextBytes) {
        d->fatal = Error{ErrorCode::TooLarge, "the text is larger than 16 MiB", d->source, {}, 1, 1};
        return;
    }
    d->starts = lineStarts(text);
    d->usable = yaml_parser_initialize(&d->parser) != 0;
    if (!d->usable) {
        d->fatal = Error{ErrorCode::Internal, "libyaml cannot start", d->source, {}, 1, 1};
        return;
    }
    yaml_parser_set_encoding(&d->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&d->parser, reinterpret_cast<const unsigned char *>(text.data()),
                                 text.size());
}

Reader::~Reader()
{
    if (d->usable)
        yaml_parser_delete(&d->parser);
}

const Node &Reader::partialRoot() const
{
    return d->document.root;
}

std::optional<Result<Document>> Reader::next()
{
    d->document = Document();
    const auto stop = [this] {
        d->ended = true;
        return Result<Document>(tl::unexpected<Error>(*d->fatal));
    };
    while (!d->ended) {
        if (d->fatal)
            return stop();
        YamlEvent start;
        if (!d->parse(start))
            return stop();
        if (start->type == YAML_STREAM_END_EVENT) {
            d->ended = true;
            break;
        }
        if (start->type != YAML_DOCUMENT_START_EVENT)
            continue; // the start of the stream
        if (++d->documents > kMaxDocuments) {
            d->fatal =
                d->error(ErrorCode::TooLarge, "too many YAML documents in one text", start->start_mark);
            return stop();
        }
        d->nodes = 0;
        d->problem.reset();
        Document &document = d->document;
        YamlEvent rootEvent;
        YamlEvent end;
        if (!d->parse(rootEvent) || !d->build(rootEvent, document.root, 1) || !d->parse(end))
            return stop();
        if (d->problem)
            return Result<Document>(tl::unexpected<Error>(*d->problem));
        if (document.root.isNull())
            continue;
        // Comments before the first document belong to it. An implicit end is marked at the next token.
        const auto lines = d->starts.size();
        const auto endLine = end->end_mark.line;
        const bool atEnd = d->parser.stream_end_produced != 0 || endLine + 1 >= lines;
        d->cutText(document, d->documents == 1 ? 0 : start->start_mark.line, atEnd ? lines : endLine);
        return Result<Document>(std::move(document));
    }
    return {};
}

} // namespace lolscope::yaml

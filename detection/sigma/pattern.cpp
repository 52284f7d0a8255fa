#include "detection/sigma/pattern.h"

#include "model/base/text.h"

#include <algorithm>
#include <array>
#include <functional>
#include <re2/re2.h>
#include <utility>

namespace lolscope::sigma {

namespace {

constexpr std::array<std::string_view, 5> kDashes = {"-", "/", "\u2013", "\u2014", "\u2015"};

bool continues(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// The position after the character at `at`; ill-formed bytes make characters too.
std::size_t nextCharacter(std::string_view text, std::size_t at)
{
    ++at;
    while (at < text.size() && continues(text[at]))
        ++at;
    return at;
}

/// The length of the dash at `at`, else 0.
std::size_t dashAt(std::string_view text, std::size_t at)
{
    for (const auto dash : kDashes)
        if (text.substr(at, dash.size()) == dash)
            return dash.size();
    return 0;
}

bool isWord(std::string_view character)
{
    static const RE2 kWord(R"([\pL\pN_])");
    return RE2::FullMatch(re2::StringPiece(character.data(), character.size()), kWord);
}

bool isSpecial(char c)
{
    return c == '*' || c == '?' || c == '\\';
}

} // namespace

Pattern Pattern::parse(std::string_view written)
{
    Pattern pattern;
    bool run = false; // a run was read and nothing after it
    const auto target = [&]() -> Segment & {
        if (pattern.m_segments.empty() || run)
            pattern.m_segments.emplace_back();
        run = false;
        return pattern.m_segments.back();
    };
    for (std::size_t i = 0; i < written.size(); ++i) {
        char c = written[i];
        if (c == '*') {
            if (pattern.m_segments.empty())
                pattern.m_openStart = true;
            run = true;
            continue;
        }
        if (c == '?') {
            target().atoms.push_back({Atom::Kind::AnyOne, {}});
            continue;
        }
        if (c == '\\' && i + 1 < written.size() && isSpecial(written[i + 1]))
            c = written[++i];
        auto &atoms = target().atoms;
        if (atoms.empty() || atoms.back().kind != Atom::Kind::Text)
            atoms.emplace_back();
        atoms.back().text += c;
    }
    pattern.m_openEnd = run;
    pattern.countCharacters();
    return pattern;
}

Pattern Pattern::literal(std::string_view text)
{
    Pattern pattern;
    if (!text.empty())
        pattern.m_segments.push_back({{{Atom::Kind::Text, std::string(text)}}, 0});
    pattern.countCharacters();
    return pattern;
}

void Pattern::countCharacters()
{
    for (auto &segment : m_segments) {
        segment.characters = 0;
        for (const auto &atom : segment.atoms)
            segment.characters += atom.kind == Atom::Kind::Text ? static_cast<std::size_t>(std::count_if(
                                      atom.text.begin(), atom.text.end(), std::not_fn(continues)))
                                                                : 1;
    }
}

void Pattern::expandDashes()
{
    // pySigma looks at each run of text between wildcards for itself, and so does this (`\B[-/]\b`).
    for (auto &segment : m_segments) {
        std::vector<Atom> atoms;
        for (auto &atom : segment.atoms) {
            if (atom.kind != Atom::Kind::Text) {
                atoms.push_back(std::move(atom));
                continue;
            }
            const std::string_view text = atom.text;
            std::string kept;
            bool afterWord = false;
            for (std::size_t at = 0; at < text.size();) {
                const auto end = nextCharacter(text, at);
                const auto character = text.substr(at, end - at);
                const auto following =
                    end < text.size() ? text.substr(end, nextCharacter(text, end) - end) : "";
                if (dashAt(text, at) > 0 && !afterWord && !following.empty() && isWord(following)) {
                    if (!kept.empty())
                        atoms.push_back({Atom::Kind::Text, std::exchange(kept, {})});
                    atoms.push_back({Atom::Kind::AnyDash, {}});
                    afterWord = false;
                } else {
                    kept += character;
                    afterWord = isWord(character);
                }
                at = end;
            }
            if (!kept.empty())
                atoms.push_back({Atom::Kind::Text, std::move(kept)});
        }
        segment.atoms = std::move(atoms);
    }
    countCharacters();
}

std::vector<Pattern> Pattern::dashAlternatives() const
{
    std::vector<Pattern> made = {*this};
    for (std::size_t s = 0; s < m_segments.size(); ++s) {
        for (std::size_t a = 0; a < m_segments[s].atoms.size(); ++a) {
            if (m_segments[s].atoms[a].kind != Atom::Kind::AnyDash)
                continue;
            if (made.size() * kDashes.size() > kMostAlternatives)
                return {};
            std::vector<Pattern> more;
            for (const Pattern &one : made)
                for (const auto dash : kDashes) {
                    more.push_back(one);
                    more.back().m_segments[s].atoms[a] = {Atom::Kind::Text, std::string(dash)};
                }
            made = std::move(more);
        }
    }
    for (Pattern &pattern : made)
        for (Segment &segment : pattern.m_segments) {
            std::vector<Atom> joined; // so that a text is one piece again
            for (Atom &atom : segment.atoms)
                if (atom.kind == Atom::Kind::Text && !joined.empty()
                    && joined.back().kind == Atom::Kind::Text)
                    joined.back().text += atom.text;
                else
                    joined.push_back(std::move(atom));
            segment.atoms = std::move(joined);
        }
    return made;
}

void Pattern::fold()
{
    changeTexts([](std::string &text) { text = foldCase(text); });
}

bool Pattern::matchesAt(const Segment &segment, std::string_view value, std::size_t at, std::size_t &end)
{
    for (const auto &atom : segment.atoms) {
        switch (atom.kind) {
        case Atom::Kind::Text:
            if (value.compare(at, atom.text.size(), atom.text) != 0)
                return false;
            at += atom.text.size();
            break;
        case Atom::Kind::AnyOne:
            if (at >= value.size())
                return false;
            at = nextCharacter(value, at);
            break;
        case Atom::Kind::AnyDash: {
            const auto length = at < value.size() ? dashAt(value, at) : 0;
            if (length == 0)
                return false;
            at += length;
            break;
        }
        }
    }
    end = at;
    return true;
}

bool Pattern::findFrom(const Segment &segment, std::string_view value, std::size_t &at)
{
    const auto &first = segment.atoms.front();
    std::size_t start = at;
    for (;;) {
        if (first.kind == Atom::Kind::Text)
            start = value.find(first.text, start);
        if (start == std::string_view::npos || start >= value.size())
            return false;
        if (matchesAt(segment, value, start, at))
            return true;
        start = nextCharacter(value, start);
    }
}

bool Pattern::matches(std::string_view value) const
{
    if (m_segments.empty())
        return m_openStart || m_openEnd || value.empty();

    // Taking every segment as early as it fits leaves the most room for those after it.
    std::size_t at = 0;
    auto segment = m_segments.begin();
    if (!m_openStart) {
        if (!matchesAt(*segment, value, 0, at))
            return false;
        if (++segment == m_segments.end())
            return m_openEnd || at == value.size();
    }
    const auto tail = m_openEnd ? m_segments.end() : m_segments.end() - 1;
    for (; segment != tail; ++segment)
        if (!findFrom(*segment, value, at))
            return false;
    if (m_openEnd)
        return true;

    std::size_t start = value.size();
    for (std::size_t left = tail->characters; left > 0; --left) {
        if (start <= at)
            return false;
        do
            --start;
        while (start > at && continues(value[start]));
    }
    std::size_t end = 0;
    return matchesAt(*tail, value, start, end) && end == value.size();
}

std::optional<std::string> Pattern::plainText() const
{
    if (m_segments.empty())
        return std::string();
    if (m_segments.size() > 1 || m_segments[0].atoms.size() != 1
        || m_segments[0].atoms[0].kind != Atom::Kind::Text)
        return {};
    return m_segments[0].atoms[0].text;
}

bool Pattern::hasWildcards() const
{
    const auto isAny = [](const Atom &atom) { return atom.kind == Atom::Kind::AnyOne; };
    return m_openStart || m_openEnd || m_segments.size() > 1
        || (!m_segments.empty()
            && std::any_of(m_segments[0].atoms.begin(), m_segments[0].atoms.end(), isAny));
}

std::string_view Pattern::longestText() const
{
    std::string_view longest;
    for (const auto &segment : m_segments)
        for (const auto &atom : segment.atoms)
            if (atom.text.size() > longest.size())
                longest = atom.text;
    return longest;
}

void Pattern::appendKey(std::string &key) const
{
    key += m_openStart ? '<' : '[';
    for (const auto &segment : m_segments) {
        key += '*';
        for (const auto &atom : segment.atoms) {
            const std::size_t size = atom.text.size();
            key += atom.kind == Atom::Kind::Text ? '"' : atom.kind == Atom::Kind::AnyOne ? '?' : '-';
            key.append(reinterpret_cast<const char *>(&size), sizeof size);
            key += atom.text;
        }
    }
    key += m_openEnd ? '>' : ']';
}

std::string Pattern::shown(bool withRuns) const
{
    std::string text;
    if (withRuns && m_openStart)
        text += '*';
    for (std::size_t i = 0; i < m_segments.size(); ++i) {
        if (i > 0)
            text += '*';
        for (const auto &atom : m_segments[i].atoms)
            text += atom.kind == Atom::Kind::Text ? std::string_view(atom.text)
                : atom.kind == Atom::Kind::AnyOne ? std::string_view("?")
                                                  : std::string_view("-");
    }
    if (withRuns && m_openEnd && !(m_openStart && m_segments.empty()))
        text += '*';
    return text;
}

std::string escaped(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool backslashBeforeSpecial = text[i] == '\\' && i + 1 < text.size() && isSpecial(text[i + 1]);
        if (text[i] == '*' || text[i] == '?' || backslashBeforeSpecial)
            out += '\\';
        out += text[i];
    }
    return out;
}

} // namespace lolscope::sigma

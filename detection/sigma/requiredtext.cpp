#include "detection/sigma/regex.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace lolscope::sigma {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

using Texts = std::vector<std::string>;

/// Each match has one of them, so the shortest tells least.
std::size_t shortest(const Texts &texts)
{
    std::size_t bytes = texts.empty() ? 0 : texts.front().size();
    for (const std::string &text : texts)
        bytes = std::min(bytes, text.size());
    return bytes;
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Walks along an expression and gathers runs of plain characters. Of what stands one after the other the
/// best is kept, of alternatives each; what may be absent, and look-around, is stepped over.
class Walker
{
public:
    explicit Walker(std::string_view regex)
        : m_regex(regex)
    {}

    RequiredText run()
    {
        auto texts = alternatives();
        if (!texts || m_at < m_regex.size())
            return {{}, m_ignoresCase};
        return {std::move(*texts), m_ignoresCase};
    }

private:
    static constexpr int kMaxDepth = 200;
    static constexpr std::size_t kMostTexts = 16;

    /// Up to a closing parenthesis or the end. Nothing at what makes the whole unknown.
    std::optional<Texts> alternatives()
    {
        Texts all;
        bool isKnown = true;
        for (;;) {
            const auto one = sequence();
            if (!one)
                return {};
            isKnown = isKnown && !one->empty() && all.size() + one->size() <= kMostTexts;
            if (isKnown)
                all.insert(all.end(), one->begin(), one->end());
            if (m_at == m_regex.size() || m_regex[m_at] != '|')
                return isKnown ? all : Texts();
            ++m_at;
        }
    }

    std::optional<Texts> sequence()
    {
        std::string outerRun = std::exchange(m_run, {});
        Texts outerBest = std::exchange(m_best, {});
        while (m_at < m_regex.size() && m_regex[m_at] != '|' && m_regex[m_at] != ')')
            if (!step())
                return {};
        endRun();
        m_run = std::move(outerRun);
        return std::exchange(m_best, std::move(outerBest));
    }

    /// False at what makes the whole unknown.
    bool step()
    {
        const char c = m_regex[m_at];
        switch (c) {
        case '(':
            endRun();
            return readGroup();
        case '[':
            if (const char one = onlyLetter()) {
                m_run += one;
                return true;
            }
            endRun();
            return skipClass();
        case '\\':
            return readEscape();
        case '.':
        case '^':
        case '$':
        case '+':
            endRun();
            break;
        case '*':
        case '?':
            dropLast();
            break;
        case '{':
            if (const auto count = countAt(); count > 0)
                return skipCount(count);
            m_run += c;
            break;
        default:
            if (static_cast<unsigned char>(c) >= 0x80)
                endRun();
            else
                m_run += lower(c);
        }
        ++m_at;
        return true;
    }

    void offer(const Texts &texts)
    {
        const auto bytes = shortest(texts);
        const auto best = shortest(m_best);
        if (bytes > best || (bytes == best && texts.size() < m_best.size()))
            m_best = texts;
    }
    void endRun()
    {
        if (!m_run.empty())
            offer({std::exchange(m_run, {})});
    }
    void dropLast()
    {
        if (!m_run.empty())
            m_run.pop_back();
        endRun();
    }

    /// Length of `{n}`, `{n,}` or `{n,m}`, else 0: then the brace is a character.
    std::size_t countAt() const
    {
        std::size_t at = m_at + 1;
        const auto digits = [&] {
            const auto start = at;
            while (at < m_regex.size() && isDigit(m_regex[at]))
                ++at;
            return at > start;
        };
        if (!digits())
            return 0;
        if (at < m_regex.size() && m_regex[at] == ',') {
            ++at;
            digits();
        }
        return at < m_regex.size() && m_regex[at] == '}' ? at + 1 - m_at : 0;
    }
    /// Whether what stands before m_at may be left out by what is there.
    bool mayBeAbsent() const
    {
        if (m_at == m_regex.size())
            return false;
        if (m_regex[m_at] != '{' || countAt() == 0)
            return m_regex[m_at] == '?' || m_regex[m_at] == '*';
        const auto digits = m_regex.substr(m_at + 1, m_regex.find_first_of(",}", m_at) - m_at - 1);
        return digits.find_first_not_of('0') == std::string_view::npos;
    }
    bool skipCount(std::size_t length)
    {
        if (mayBeAbsent())
            dropLast();
        else
            endRun();
        m_at += length;
        return true;
    }

    bool readEscape()
    {
        if (m_at + 1 >= m_regex.size())
            return false;
        const char c = m_regex[m_at + 1];
        m_at += 2;
        if (!isLetter(c) && !isDigit(c)) {
            if (static_cast<unsigned char>(c) >= 0x80)
                endRun();
            else
                m_run += c;
            return true;
        }
        endRun();
        if (std::string_view("dDwWsSbBAztnrfvae").find(c) != std::string_view::npos)
            return true;
        if (c != 'x')
            return false;
        if (m_at < m_regex.size() && m_regex[m_at] == '{') {
            m_at = m_regex.find('}', m_at);
            return m_at++ != std::string_view::npos;
        }
        m_at = std::min(m_at + 2, m_regex.size());
        return true;
    }

    /// Steps over a class of one letter, `[P]` or `[Pp]`, and gives it in lower case; else 0.
    char onlyLetter()
    {
        const auto end = m_regex.find(']', m_at);
        if (end == std::string_view::npos || end < m_at + 2 || end > m_at + 3)
            return 0;
        const char first = m_regex[m_at + 1];
        const char last = m_regex[end - 1];
        if (!isLetter(first) || lower(first) != lower(last))
            return 0;
        m_at = end + 1;
        return lower(first);
    }

    bool skipClass()
    {
        ++m_at;
        if (m_at < m_regex.size() && m_regex[m_at] == '^')
            ++m_at;
        bool first = true;
        for (; m_at < m_regex.size(); first = false) {
            const char c = m_regex[m_at];
            if (c == ']' && !first) {
                ++m_at;
                return true;
            }
            if (c == '\\' && (m_at + 1 >= m_regex.size() || m_regex[m_at + 1] == 'Q'))
                return false;
            if (m_regex.substr(m_at, 2) == "[:") {
                const auto end = m_regex.find(":]", m_at);
                if (end == std::string_view::npos)
                    return false;
                m_at = end + 2;
            } else {
                m_at += c == '\\' ? 2 : 1;
            }
        }
        return false;
    }

    /// Of groups that only group.
    bool readGroup()
    {
        const auto inner = m_regex.substr(m_at + 1);
        if (inner.starts_with('*') || (inner.starts_with('?') && !inner.starts_with("?:")))
            return skipGroup();
        m_at += inner.starts_with('?') ? 3 : 1;
        if (++m_depth > kMaxDepth)
            return false;
        const auto texts = alternatives();
        --m_depth;
        if (!texts || m_at == m_regex.size())
            return false;
        ++m_at;
        if (!mayBeAbsent())
            offer(*texts);
        return true;
    }

    bool skipGroup()
    {
        if (m_regex.substr(m_at, 2) == "(*" || m_regex.substr(m_at, 3) == "(?#")
            return false;
        if (m_regex.substr(m_at, 2) == "(?") { // flags in front
            for (auto at = m_at + 2; at < m_regex.size(); ++at) {
                const char c = m_regex[at];
                if (c == 'x' || c == 'J')
                    return false;
                if (!isLetter(c) && c != '-' && c != '^')
                    break;
                m_ignoresCase = m_ignoresCase || c == 'i';
            }
        }
        ++m_at;
        while (m_at < m_regex.size()) {
            const char c = m_regex[m_at];
            if (c == ')') {
                ++m_at;
                return true;
            }
            if (c == '(') {
                if (++m_depth > kMaxDepth || !skipGroup())
                    return false;
                --m_depth;
            } else if (c == '[') {
                if (!skipClass())
                    return false;
            } else if (c == '\\') {
                if (m_at + 1 < m_regex.size() && m_regex[m_at + 1] == 'Q')
                    return false;
                m_at += 2;
            } else {
                ++m_at;
            }
        }
        return false;
    }

    std::string_view m_regex;
    std::size_t m_at = 0;
    int m_depth = 0;
    // Of the innermost sequence:
    std::string m_run;
    Texts m_best;
    bool m_ignoresCase = false;
};

} // namespace

RequiredText requiredText(std::string_view regex)
{
    return Walker(regex).run();
}

} // namespace lolscope::sigma

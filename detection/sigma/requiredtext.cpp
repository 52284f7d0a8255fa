#include "detection/sigma/regex.h"

#include <algorithm>

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

/// Walks along the outermost sequence of an expression and gathers runs of plain characters; groups and
/// classes end a run and are stepped over.
class Walker
{
public:
    explicit Walker(std::string_view regex)
        : m_regex(regex)
    {}

    RequiredText run()
    {
        while (m_at < m_regex.size())
            if (!step())
                return {{}, m_ignoresCase};
        endRun();
        return {std::move(m_best), m_ignoresCase};
    }

private:
    /// False at what makes the whole unknown.
    bool step()
    {
        const char c = m_regex[m_at];
        switch (c) {
        case '|':
            return false;
        case '(':
            endRun();
            return skipGroup();
        case '[':
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
                m_run += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
        }
        ++m_at;
        return true;
    }

    void endRun()
    {
        if (m_run.size() > m_best.size())
            m_best = m_run;
        m_run.clear();
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
    bool skipCount(std::size_t length)
    {
        const auto digits = m_regex.substr(m_at + 1, m_regex.find_first_of(",}", m_at) - m_at - 1);
        if (digits.find_first_not_of('0') == std::string_view::npos)
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

    static constexpr int kMaxDepth = 200;

    std::string_view m_regex;
    std::size_t m_at = 0;
    int m_depth = 0;
    std::string m_run;
    std::string m_best;
    bool m_ignoresCase = false;
};

} // namespace

RequiredText requiredText(std::string_view regex)
{
    return Walker(regex).run();
}

} // namespace lolscope::sigma

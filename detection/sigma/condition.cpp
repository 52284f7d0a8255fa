#include "detection/sigma/condition.h"

#include "detection/sigma/pattern.h"

#include <algorithm>

namespace lolscope::sigma {

namespace {

struct Token
{
    enum class Kind { Word, Open, Close, End };
    Kind kind = Kind::End;
    std::string_view text;
    std::size_t offset = 0;
};

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool isWordCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'
        || c == '*';
}

/// Recursive descent; binds parentheses and quantifiers before not, not before and, and before or.
class Parser
{
public:
    Parser(std::string_view text, std::span<const std::string> names, std::vector<Error> &warnings)
        : m_text(text)
        , m_names(names)
        , m_warnings(warnings)
    {}

    Result<Expression> run()
    {
        if (auto read = advance(); !read)
            return tl::unexpected<Error>(read.error());
        auto condition = readOr(0);
        if (condition && m_token.kind != Token::Kind::End)
            return refuse(ErrorCode::Corrupt, "'" + std::string(m_token.text) + "' is not expected here");
        return condition;
    }

private:
    tl::unexpected<Error> refuse(ErrorCode code, std::string detail) const
    {
        return fail(code, "condition: " + std::move(detail), {}, m_token.offset);
    }

    Result<void> advance()
    {
        while (m_at < m_text.size() && isBlank(m_text[m_at]))
            ++m_at;
        m_token = {Token::Kind::End, "end of the condition", m_at};
        if (m_at == m_text.size())
            return {};
        const char c = m_text[m_at];
        auto end = m_at + 1;
        if (c == '(' || c == ')') {
            m_token.kind = c == '(' ? Token::Kind::Open : Token::Kind::Close;
        } else if (isWordCharacter(c)) {
            m_token.kind = Token::Kind::Word;
            while (end < m_text.size() && isWordCharacter(m_text[end]))
                ++end;
        } else if (c == '|') {
            return refuse(
                ErrorCode::Unsupported,
                "aggregations ('|') are obsolete and not supported: correlation rules say the same");
        } else {
            return refuse(ErrorCode::Corrupt, "unexpected character");
        }
        m_token.text = m_text.substr(m_at, end - m_at);
        m_at = end;
        return {};
    }

    bool isName(std::string_view word) const
    {
        return std::find(m_names.begin(), m_names.end(), word) != m_names.end();
    }

    /// Keywords are whole words in lower case; upper case counts unless a selection has that name.
    bool isKeyword(std::string_view lower, std::string_view upper) const
    {
        return m_token.kind == Token::Kind::Word
            && (m_token.text == lower || (m_token.text == upper && !isName(upper)));
    }
    bool isAnyKeyword() const
    {
        return isKeyword("and", "AND") || isKeyword("or", "OR") || isKeyword("not", "NOT");
    }
    /// Goes past the keyword if it stands here.
    Result<bool> take(std::string_view lower, std::string_view upper)
    {
        if (!isKeyword(lower, upper))
            return false;
        if (m_token.text != lower && !m_warned) {
            m_warned = true; // one says it for the whole condition
            m_warnings.push_back({ErrorCode::Unsupported,
                                  "condition: '" + std::string(upper) + "' is taken for '"
                                      + std::string(lower) + "': Sigma's keywords are in lower case",
                                  {},
                                  m_token.offset});
        }
        if (auto read = advance(); !read)
            return tl::unexpected<Error>(read.error());
        return true;
    }

    static Expression joined(Expression::Op op, std::vector<Expression> operands)
    {
        if (operands.size() == 1)
            return std::move(operands.front());
        return {op, std::move(operands), 0};
    }

    Result<Expression> readOr(int depth)
    {
        std::vector<Expression> operands;
        for (;;) {
            auto operand = readAnd(depth);
            if (!operand)
                return operand;
            operands.push_back(std::move(*operand));
            const auto goesOn = take("or", "OR");
            if (!goesOn)
                return tl::unexpected<Error>(goesOn.error());
            if (!*goesOn)
                return joined(Expression::Op::Any, std::move(operands));
        }
    }

    Result<Expression> readAnd(int depth)
    {
        std::vector<Expression> operands;
        for (;;) {
            auto operand = readNot(depth);
            if (!operand)
                return operand;
            operands.push_back(std::move(*operand));
            const auto goesOn = take("and", "AND");
            if (!goesOn)
                return tl::unexpected<Error>(goesOn.error());
            if (!*goesOn)
                return joined(Expression::Op::All, std::move(operands));
        }
    }

    Result<Expression> readNot(int depth)
    {
        bool negated = false;
        auto taken = take("not", "NOT");
        for (; taken && *taken; taken = take("not", "NOT"))
            negated = !negated;
        if (!taken)
            return tl::unexpected<Error>(taken.error());
        auto operand = readTerm(depth);
        if (!operand || !negated)
            return operand;
        std::vector<Expression> operands;
        operands.push_back(std::move(*operand));
        return Expression{Expression::Op::Not, std::move(operands), 0};
    }

    Result<Expression> readTerm(int depth)
    {
        if (m_token.kind == Token::Kind::Open) {
            if (depth >= kMaxConditionDepth)
                return refuse(ErrorCode::TooLarge, "too many nested parentheses");
            if (auto read = advance(); !read)
                return tl::unexpected<Error>(read.error());
            auto inner = readOr(depth + 1);
            if (!inner)
                return inner;
            if (m_token.kind != Token::Kind::Close)
                return refuse(ErrorCode::Corrupt, "a ')' is missing");
            if (auto read = advance(); !read)
                return tl::unexpected<Error>(read.error());
            return inner;
        }
        if (m_token.kind != Token::Kind::Word || isAnyKeyword())
            return refuse(ErrorCode::Corrupt,
                          "a selection is expected, not '" + std::string(m_token.text) + "'");

        const Token first = m_token;
        const auto restart = m_at;
        if (auto read = advance(); !read)
            return tl::unexpected<Error>(read.error());
        if (m_token.kind == Token::Kind::Word && m_token.text == "of")
            return readQuantifier(first);
        m_token = first; // for the place in errors
        m_at = restart;
        const auto found = std::find(m_names.begin(), m_names.end(), first.text);
        if (found == m_names.end())
            return refuse(ErrorCode::Corrupt, "no selection is named '" + std::string(first.text) + "'");
        if (++m_terms > kMaxConditionTerms)
            return refuse(ErrorCode::TooLarge, "too many selections");
        Expression selection{
            Expression::Op::Selection, {}, static_cast<std::size_t>(found - m_names.begin())};
        if (auto read = advance(); !read)
            return tl::unexpected<Error>(read.error());
        return selection;
    }

    /// `1 of`, `any of` and `all of`; the current token is `of`.
    Result<Expression> readQuantifier(const Token &quantity)
    {
        const bool all = quantity.text == "all";
        if (!all && quantity.text != "1" && quantity.text != "any") {
            m_token = quantity;
            return refuse(ErrorCode::Unsupported, "'" + std::string(quantity.text) + " of' is not supported");
        }
        if (auto read = advance(); !read)
            return tl::unexpected<Error>(read.error());
        if (m_token.kind != Token::Kind::Word)
            return refuse(ErrorCode::Corrupt, "names of selections or 'them' are expected after 'of'");

        const bool them = m_token.text == "them";
        const auto pattern = Pattern::parse(m_token.text);
        std::vector<Expression> operands;
        for (std::size_t i = 0; i < m_names.size(); ++i) {
            const bool hidden = m_names[i].starts_with('_') && !m_token.text.starts_with('_');
            if (!hidden && (them || pattern.matches(m_names[i])))
                operands.push_back({Expression::Op::Selection, {}, i});
        }
        if (operands.empty())
            return refuse(ErrorCode::Corrupt, "no selection matches '" + std::string(m_token.text) + "'");
        m_terms += operands.size();
        if (m_terms > kMaxConditionTerms)
            return refuse(ErrorCode::TooLarge, "too many selections");
        if (auto read = advance(); !read)
            return tl::unexpected<Error>(read.error());
        return joined(all ? Expression::Op::All : Expression::Op::Any, std::move(operands));
    }

    std::string_view m_text;
    std::span<const std::string> m_names;
    std::vector<Error> &m_warnings;
    bool m_warned = false;
    std::size_t m_at = 0;
    std::size_t m_terms = 0;
    Token m_token;
};

/// Turns the offset in the text of `node` into line and column.
void place(Error &error, const yaml::Node &node)
{
    error.line = node.line;
    error.column = node.column;
    if (node.oneLine) // escapes in quotes may shift it a little
        error.column += static_cast<int>(error.offset.value_or(0)) + (node.plain ? 0 : 1);
    error.offset.reset();
}

} // namespace

Result<Expression> parseCondition(std::string_view text, std::span<const std::string> names,
                                  std::vector<Error> &warnings)
{
    return Parser(text, names, warnings).run();
}

Result<Expression> parseCondition(const yaml::Node &node, std::span<const std::string> names,
                                  std::vector<Error> &warnings)
{
    const auto before = warnings.size();
    auto parsed = parseCondition(node.text, names, warnings);
    for (auto i = before; i < warnings.size(); ++i)
        place(warnings[i], node);
    if (!parsed)
        place(parsed.error(), node);
    return parsed;
}

bool isConditionKeyword(std::string_view word)
{
    for (const std::string_view keyword : {"and", "AND", "or", "OR", "not", "NOT"})
        if (word == keyword)
            return true;
    return false;
}

} // namespace lolscope::sigma

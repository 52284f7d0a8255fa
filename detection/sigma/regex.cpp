#include "detection/sigma/regex.h"

#include "model/base/text.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <charconv>
#include <optional>
#include <pcre2.h>
#include <re2/re2.h>

namespace lolscope::sigma {

namespace {

/// RE2's memory for an expression and its automaton. Counted repetitions need more of it to stay in the fast
/// automaton (`.{1,64}x`), which takes none before it is searched.
constexpr std::int64_t kMemory = 8 << 20;
constexpr std::int64_t kMemoryOfLarge = 64 << 20;
constexpr int kLargeProgram = 500; ///< RE2 instructions.

/// RE2 falls back from its automaton to text length times program size when hostile text makes the automaton
/// grow too fast; measured at 3 ns for each. 64 KiB of text against the largest public expression (1,300
/// instructions) stays below.
constexpr std::uint64_t kMaxWork = std::uint64_t{128} << 20;

/// Backtracking steps that PCRE2 may take for one text, and KiB of memory. Measured at 15 ns a step, so that
/// a catastrophic expression costs a few milliseconds. Only the interpreter counts them all: compiled code
/// (JIT) took 5 s for `(?=.*a)(?=.*b)` on 64 KiB with a limit of a million.
constexpr std::uint32_t kMaxSteps = 200'000;
constexpr std::uint32_t kMaxHeapKiB = 20'000;

std::string withFlags(std::string_view text, const Regex::Flags &flags)
{
    std::string letters;
    letters += flags.ignoreCase ? "i" : "";
    letters += flags.manyLines ? "m" : "";
    letters += flags.dotAll ? "s" : "";
    return letters.empty() ? std::string(text) : "(?" + letters + ")" + std::string(text);
}

class Re2Regex : public Regex
{
public:
    explicit Re2Regex(const std::string &text)
        : m_regex(std::make_unique<RE2>(text, options(kMemory)))
    {
        const bool tooLarge = m_regex->error_code() == RE2::ErrorPatternTooLarge;
        if (tooLarge || (m_regex->ok() && m_regex->ProgramSize() > kLargeProgram))
            m_regex = std::make_unique<RE2>(text, options(kMemoryOfLarge));
    }
    bool ok() const { return m_regex->ok(); }
    const std::string &error() const { return m_regex->error(); }

    Answer search(std::string_view text) const override
    {
        if (text.size() * static_cast<std::uint64_t>(m_regex->ProgramSize()) > kMaxWork)
            return Answer::Unknown;
        return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *m_regex) ? Answer::Yes
                                                                                       : Answer::No;
    }

private:
    static RE2::Options options(std::int64_t memory)
    {
        RE2::Options options;
        options.set_log_errors(false);
        options.set_never_capture(true);
        options.set_max_mem(memory);
        return options;
    }

    std::unique_ptr<RE2> m_regex;
};

class Pcre2Regex : public Regex
{
public:
    explicit Pcre2Regex(std::string_view text)
        : m_context(pcre2_match_context_create(nullptr))
    {
        // The run in front makes the search one match with one count of steps; by itself PCRE2 begins a new
        // count at every place of the text.
        const std::string anywhere = "(?s:.*?)(?:" + std::string(text) + ")";
        constexpr std::uint32_t kOptions = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
        int error = 0;
        PCRE2_SIZE offset = 0;
        m_code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), kOptions, &error,
                                   &offset, nullptr)); // else `a)(b` would pass
        if (!m_code)
            return;
        m_code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(anywhere.data()), anywhere.size(),
                                   kOptions | PCRE2_ANCHORED, &error, &offset, nullptr));
        if (m_context) {
            pcre2_set_match_limit(m_context.get(), kMaxSteps);
            pcre2_set_heap_limit(m_context.get(), kMaxHeapKiB);
            pcre2_set_depth_limit(m_context.get(), kMaxSteps);
        }
    }
    bool ok() const { return m_code && m_context; }

    Answer search(std::string_view text) const override
    {
        const std::unique_ptr<pcre2_match_data, Free> data(pcre2_match_data_create(1, nullptr));
        if (!data)
            return Answer::Unknown;
        const std::string valid = validUtf8(text); // as PCRE2 demands; readers give nothing else
        const int result = pcre2_match(m_code.get(), reinterpret_cast<PCRE2_SPTR>(valid.data()), valid.size(),
                                       0, PCRE2_NO_JIT, data.get(), m_context.get());
        if (result >= 0)
            return Answer::Yes;
        return result == PCRE2_ERROR_NOMATCH ? Answer::No : Answer::Unknown;
    }

private:
    struct Free
    {
        void operator()(pcre2_code *code) const { pcre2_code_free(code); }
        void operator()(pcre2_match_context *context) const { pcre2_match_context_free(context); }
        void operator()(pcre2_match_data *data) const { pcre2_match_data_free(data); }
    };
    std::unique_ptr<pcre2_code, Free> m_code;
    std::unique_ptr<pcre2_match_context, Free> m_context;
};

/// `.{n,}`: a line of n characters. Counting them is faster than an automaton of n states, and n may be
/// large.
class LongLine : public Regex
{
public:
    LongLine(std::size_t length, bool dotAll)
        : m_length(length)
        , m_dotAll(dotAll)
    {}

    static std::optional<std::size_t> lengthOf(std::string_view text)
    {
        if (!text.starts_with(".{") || !text.ends_with(",}"))
            return {};
        const auto digits = text.substr(2, text.size() - 4);
        std::size_t length = 0;
        const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
        if (status != std::errc() || end != digits.data() + digits.size())
            return {};
        return length;
    }

    Answer search(std::string_view text) const override
    {
        std::size_t line = 0;
        if (m_length == 0)
            return Answer::Yes;
        for (const char c : text) {
            const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
            line = c == '\n' && !m_dotAll ? 0 : line + (continues ? 0 : 1);
            if (line >= m_length)
                return Answer::Yes;
        }
        return Answer::No;
    }

private:
    std::size_t m_length;
    bool m_dotAll;
};

} // namespace

Result<std::shared_ptr<const Regex>> Regex::compile(std::string_view text, const Flags &flags)
{
    const std::string whole = withFlags(text, flags);
    if (const auto length = LongLine::lengthOf(text)) {
        auto line = std::make_shared<LongLine>(*length, flags.dotAll);
        line->Regex::m_text = whole;
        return line;
    }
    const auto described = [&](const std::shared_ptr<Regex> &regex) {
        RequiredText required = requiredText(text);
        regex->m_text = whole;
        regex->m_required = std::move(required.text);
        regex->m_ignoresCase = required.ignoresCase || flags.ignoreCase;
        return std::shared_ptr<const Regex>(regex);
    };
    auto regex = std::make_shared<Re2Regex>(whole);
    if (regex->ok())
        return described(regex);
    auto other = std::make_shared<Pcre2Regex>(whole);
    if (other->ok())
        return described(other);
    return fail(ErrorCode::Unsupported, "regular expression: " + regex->error());
}

} // namespace lolscope::sigma

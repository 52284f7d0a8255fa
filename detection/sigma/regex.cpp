#include "detection/sigma/regex.h"

#include "model/base/text.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <algorithm>
#include <charconv>
#include <limits>
#include <mutex>
#include <optional>
#include <pcre2.h>
#include <re2/re2.h>
#include <time.h>
#include <vector>

namespace lolscope::sigma {

namespace {

/// RE2's memory for an expression and its automaton; the automaton takes none before it is searched. More of
/// it lets hostile text have a larger automaton made before RE2 gives it up.
constexpr std::int64_t kMemory = 8 << 20;
constexpr std::int64_t kMemoryOfLarge = 64 << 20; ///< For expressions that do not fit.

/// RE2 falls back from its automaton to text length times program size when hostile text makes the automaton
/// grow too fast: measured at up to 6 ns for each, after 10 ms for the automaton, so that 64 KiB take 45 ms
/// at most. Larger products go to PCRE2, which may leave long ordinary text open. Past 64 KiB time may grow
/// with the text, as it does in all of this.
constexpr std::uint64_t kMaxWork = std::uint64_t{11} << 19;
constexpr std::uint64_t kMaxWorkWhenSpent = std::uint64_t{64} << 10; ///< 0.4 ms.
constexpr std::size_t kMeasuredBytes = std::size_t{64} << 10;
/// Whether the automaton was given up RE2 does not say, so that searches of this much are timed.
constexpr std::uint64_t kTimedWork = std::uint64_t{256} << 10;
constexpr std::uint64_t kUnitNanoseconds = 15;

/// What PCRE2 may do for a text of up to 64 KiB: a unit is one item of the expression that is tried, or
/// kBytesAUnit bytes that an item runs over, and takes some 15 ns. Ordinary text takes a few units a byte.
/// The library's own count leaves out what an item runs over, which took 0.6 s for `(?>a+)(?=b)`, and is only
/// kept by its interpreter: compiled code (JIT) took 5 s for `(?=.*a)(?=.*b)` with a limit of a million.
constexpr std::uint64_t kMaxUnits = 700'000;
constexpr std::uint64_t kBytesAUnit = 16;
/// Of a regular expression whose budget is spent. Ordinary text takes kOrdinaryUnits a byte at most.
constexpr std::uint64_t kMaxUnitsWhenSpent = 20'000;
constexpr std::uint64_t kOrdinaryUnits = 4;
/// Backtracking memory. Taking it costs time too, 1 ms a MB.
constexpr std::uint32_t kMaxHeapKiB = 8'000;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Processor time of this thread.
std::uint64_t threadNanoseconds()
{
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
}

std::string withFlags(std::string_view text, const Regex::Flags &flags)
{
    std::string letters;
    letters += flags.ignoreCase ? "i" : "";
    letters += flags.manyLines ? "m" : "";
    letters += flags.dotAll ? "s" : "";
    return letters.empty() ? std::string(text) : "(?" + letters + ")" + std::string(text);
}

/// Counts what it does by callouts: PCRE2 makes one before each item it tries, with the place in the text.
class Pcre2Regex : public Regex
{
public:
    explicit Pcre2Regex(std::string_view text)
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
                                   kOptions | PCRE2_ANCHORED | PCRE2_AUTO_CALLOUT, &error, &offset, nullptr));
        if (!m_code)
            return;
        m_items.resize(anywhere.size() + 1);
        Noting noting{anywhere, m_items};
        pcre2_callout_enumerate(m_code.get(), noteItem, &noting);
    }
    bool ok() const { return m_code != nullptr; }

    Answer search(std::string_view text) const override
    {
        std::uint64_t used = 0;
        const auto answer = search(text, isSpent(), used);
        if (used > kOrdinaryUnits * text.size())
            spend(used - kOrdinaryUnits * text.size());
        return answer;
    }
    /// `isShort`: with the limits of a budget that is spent. `used` gets the units.
    Answer search(std::string_view text, bool isShort, std::uint64_t &used) const
    {
        const std::unique_ptr<pcre2_match_data, Free> data(pcre2_match_data_create(1, nullptr));
        const std::unique_ptr<pcre2_match_context, Free> context(pcre2_match_context_create(nullptr));
        if (!data || !context)
            return Answer::Unknown;
        const std::string valid = validUtf8(text); // as PCRE2 demands; readers give nothing else
        const auto most = isShort ? kMaxUnitsWhenSpent : kMaxUnits * (1 + valid.size() / kMeasuredBytes);
        Count count{m_items, most};
        pcre2_set_callout(context.get(), countItem, &count);
        pcre2_set_match_limit(context.get(), std::numeric_limits<std::uint32_t>::max());
        pcre2_set_depth_limit(context.get(), std::numeric_limits<std::uint32_t>::max());
        pcre2_set_heap_limit(context.get(), kMaxHeapKiB);
        const int result = pcre2_match(m_code.get(), reinterpret_cast<PCRE2_SPTR>(valid.data()), valid.size(),
                                       0, PCRE2_NO_JIT, data.get(), context.get());
        used = result == PCRE2_ERROR_CALLOUT || result == PCRE2_ERROR_HEAPLIMIT ? most : most - count.left;
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
    /// What an item may run over in vain, so that no later place in the text shows it.
    struct Item
    {
        std::uint32_t atLeast = 0; ///< `{n`; 0 for what does not matter.
        bool isReference = false; ///< To a group, whose text may be long.
    };
    struct Noting
    {
        std::string_view expression;
        std::vector<Item> &items;
    };
    struct Count
    {
        const std::vector<Item> &items; ///< By place in the expression.
        std::uint64_t left;
        std::size_t at = 0;
    };

    static int noteItem(pcre2_callout_enumerate_block *block, void *noting)
    {
        auto &[expression, items] = *static_cast<Noting *>(noting);
        const auto text = expression.substr(block->pattern_position, block->next_item_length);
        Item &item = items[block->pattern_position];
        item.isReference = text.starts_with("(?P=")
            || (text.size() > 1 && text[0] == '\\' && (text[1] == 'g' || text[1] == 'k' || isDigit(text[1])));
        const auto brace = text.rfind('{');
        const bool isCount = brace != std::string_view::npos && text[0] != '(' && text[0] != '['
            && !(brace == 2 && (text.starts_with("\\x") || text.starts_with("\\o")));
        if (isCount)
            std::from_chars(text.data() + brace + 1, text.data() + text.size(), item.atLeast);
        constexpr std::uint32_t kFree = 128; // 64 Ki times it takes 10 ms
        item.atLeast = item.atLeast > kFree ? item.atLeast : 0;
        return 0;
    }

    static int countItem(pcre2_callout_block *block, void *data)
    {
        Count &count = *static_cast<Count *>(data);
        const Item &item = count.items[block->pattern_position];
        std::uint64_t bytes = item.atLeast;
        if (item.isReference)
            for (std::uint32_t group = 1; group < block->capture_top; ++group)
                if (const auto *ends = block->offset_vector + 2 * group; ends[0] != PCRE2_UNSET)
                    bytes += (ends[1] - ends[0]) * std::max<std::uint64_t>(1, item.atLeast);
        if (block->current_position > count.at)
            bytes += block->current_position - count.at;
        count.at = block->current_position;
        const auto units = 1 + bytes / kBytesAUnit;
        if (units > count.left)
            return PCRE2_ERROR_CALLOUT;
        count.left -= units;
        return 0;
    }

    std::unique_ptr<pcre2_code, Free> m_code;
    std::vector<Item> m_items;
};

class Re2Regex : public Regex
{
public:
    explicit Re2Regex(const std::string &text)
        : m_given(text)
        , m_regex(std::make_unique<RE2>(text, options(kMemory)))
    {
        if (m_regex->error_code() == RE2::ErrorPatternTooLarge)
            m_regex = std::make_unique<RE2>(text, options(kMemoryOfLarge));
    }
    bool ok() const { return m_regex->ok(); }
    const std::string &error() const { return m_regex->error(); }

    Answer search(std::string_view text) const override
    {
        const auto work =
            std::min(text.size(), kMeasuredBytes) * static_cast<std::uint64_t>(m_regex->ProgramSize());
        const bool isShort = isSpent();
        if (work > (isShort ? kMaxWorkWhenSpent : kMaxWork))
            return searchCounted(text, isShort);
        const bool isTimed = work > kTimedWork;
        const auto begun = isTimed ? threadNanoseconds() : 0;
        const bool found = RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *m_regex);
        const auto units = isTimed ? (threadNanoseconds() - begun) / kUnitNanoseconds : 0;
        if (units > text.size()) // an automaton takes less than a tenth of it
            spend(units);
        return found ? Answer::Yes : Answer::No;
    }

private:
    Answer searchCounted(std::string_view text, bool isShort) const
    {
        std::call_once(m_countedOnce, [this] { m_counted = std::make_unique<Pcre2Regex>(m_given); });
        if (!m_counted->ok())
            return Answer::Unknown;
        std::uint64_t used = 0;
        const auto answer = m_counted->search(text, isShort, used);
        if (used > kOrdinaryUnits * text.size())
            spend(used - kOrdinaryUnits * text.size());
        return answer;
    }

    static RE2::Options options(std::int64_t memory)
    {
        RE2::Options options;
        options.set_log_errors(false);
        options.set_never_capture(true);
        options.set_max_mem(memory);
        return options;
    }

    std::string m_given;
    std::unique_ptr<RE2> m_regex;
    mutable std::once_flag m_countedOnce;
    mutable std::unique_ptr<Pcre2Regex> m_counted; ///< For what may take RE2 too long.
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
        regex->m_required = std::move(required.texts);
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

#pragma once

#define PCRE2_CODE_UNIT_WIDTH 8

#include <cstdint>
#include <memory>
#include <pcre2.h>
#include <stdexcept>
#include <string>

namespace lolscope::test {

/// A regular expression of a rule, by PCRE2.
class ReferenceRegex
{
public:
    ReferenceRegex(const std::string &pattern, const std::string &flags)
    {
        // Sigma's `$` is the end of the text, classes are ASCII; values may be ill-formed.
        std::uint32_t options =
            PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_CIRCUMFLEX;
        options |= flags.find('i') != std::string::npos ? PCRE2_CASELESS : 0;
        options |= flags.find('m') != std::string::npos ? PCRE2_MULTILINE : 0;
        options |= flags.find('s') != std::string::npos ? PCRE2_DOTALL : 0;
        auto *context = pcre2_compile_context_create(nullptr);
        pcre2_set_newline(context, PCRE2_NEWLINE_LF);
        int error = 0;
        PCRE2_SIZE offset = 0;
        m_code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options,
                                   &error, &offset, context));
        pcre2_compile_context_free(context);
        if (m_code) {
            pcre2_jit_compile(m_code.get(), PCRE2_JIT_COMPLETE);
            m_match.reset(pcre2_match_data_create(1, nullptr));
        }
    }

    bool isValid() const { return m_code != nullptr; }

    bool finds(const std::string &text) const
    {
        const int found = pcre2_match(m_code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0,
                                      0, m_match.get(), nullptr);
        if (found < 0 && found != PCRE2_ERROR_NOMATCH)
            throw std::runtime_error("PCRE2 gave up with " + std::to_string(found));
        return found >= 0;
    }

private:
    struct Free
    {
        void operator()(pcre2_code *code) const { pcre2_code_free(code); }
        void operator()(pcre2_match_data *match) const { pcre2_match_data_free(match); }
    };
    std::unique_ptr<pcre2_code, Free> m_code;
    std::unique_ptr<pcre2_match_data, Free> m_match;
};

} // namespace lolscope::test

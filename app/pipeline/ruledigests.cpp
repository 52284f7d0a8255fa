#include "app/pipeline/ruledigests.h"

#include "detection/sigma/correlation.h"
#include "detection/sigma/filter.h"
#include "model/base/sha256.h"

#include <unordered_map>

namespace lolscope {

namespace {

/// To be raised when rules come to mean something else between two versions of the program.
constexpr std::string_view kMeaning = LOLSCOPE_VERSION " 1";
constexpr std::size_t kDigestBytes = 16; // 32 hex digits

class Digests
{
public:
    explicit Digests(const Engine &engine)
        : m_correlations(engine.correlations())
    {
        for (const auto *list : {&engine.rules(), &m_correlations.rules()})
            for (const auto &rule : *list)
                m_rules.emplace(rule->id, rule.get());
    }

    std::map<std::string, std::string> all()
    {
        std::map<std::string, std::string> digests;
        for (const auto &[id, rule] : m_rules) {
            Sha256 hash;
            hash.add(kMeaning).add(meaningOf(id)).add(m_correlations.isSilent(id) ? "silent" : "");
            digests[std::string(id)] = hex(hash.digest(), kDigestBytes);
        }
        return digests;
    }

private:
    /// Recursion is as deep as chains are long (sigma::kMaxChain).
    const std::string &meaningOf(std::string_view id)
    {
        if (const auto known = m_meanings.find(id); known != m_meanings.end())
            return known->second;
        Sha256 hash;
        const auto found = m_rules.find(id);
        if (found != m_rules.end()) { // else what it builds on does not run
            const sigma::Rule &rule = *found->second;
            hash.add(storedText(rule));
            if (rule.correlation)
                for (const auto &reference : rule.correlation->rules)
                    hash.add(reference.ruleId).add(meaningOf(reference.ruleId));
        }
        return m_meanings[id] = hex(hash.digest());
    }

    const CorrelationSet &m_correlations;
    std::unordered_map<std::string_view, const sigma::Rule *> m_rules;
    std::unordered_map<std::string_view, std::string> m_meanings;
};

} // namespace

std::string storedText(const sigma::Rule &rule)
{
    std::string text = rule.text;
    for (const auto &filter : rule.filters)
        text += (text.ends_with('\n') ? "---\n" : "\n---\n") + filter->text;
    return text;
}

std::map<std::string, std::string> ruleDigests(const Engine &engine)
{
    return Digests(engine).all();
}

std::string ruleSetName(const Engine &engine)
{
    Sha256 hash;
    for (const auto &[id, digest] : ruleDigests(engine))
        hash.add(id).add(digest);
    return hex(hash.digest());
}

} // namespace lolscope

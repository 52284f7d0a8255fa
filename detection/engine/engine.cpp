#include "detection/engine/engine.h"

#include "detection/engine/dispatch.h"
#include "detection/engine/evaluation.h"
#include "detection/sigma/detection.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <unordered_set>

namespace lolscope {

struct Engine::Session::Private
{
    Dispatch::Recent recent;
    Evaluation evaluation;
};

Engine::Session::Session(const Engine &)
    : d(std::make_unique<Private>())
{}
Engine::Session::~Session() = default;
Engine::Session::Session(Session &&) noexcept = default;
Engine::Session &Engine::Session::operator=(Session &&) noexcept = default;

struct Engine::Private
{
    Private(std::vector<sigma::RulePtr> all, const std::vector<sigma::RulePtr> &correlationRules)
        : rules(std::move(all))
        , correlations(correlationRules)
        , dispatch(rules)
        , undecided(rules.size())
    {}

    std::vector<sigma::RulePtr> rules;
    CorrelationSet correlations;
    Dispatch dispatch;
    std::vector<std::atomic<std::uint64_t>> undecided; ///< Events, by rule.
    std::mutex mutex;
    std::vector<Session> idle; ///< For evaluate() without a session.
};

namespace {

std::vector<sigma::RulePtr> firstOfEachId(std::vector<sigma::RulePtr> rules)
{
    std::unordered_set<std::string_view> ids;
    std::vector<sigma::RulePtr> kept;
    for (auto &rule : rules)
        if (rule && rule->detection && ids.insert(rule->id).second)
            kept.push_back(std::move(rule));
    return kept;
}

/// What correlation rules find is not to depend on the order of the files they come from.
std::vector<sigma::RulePtr> sortedById(std::vector<sigma::RulePtr> rules)
{
    std::sort(rules.begin(), rules.end(), [](const auto &a, const auto &b) { return a->id < b->id; });
    return rules;
}

bool hasSpentRegex(const sigma::Detection &detection)
{
    const auto isSpent = [](const sigma::Test &test) {
        const auto *regex = std::get_if<sigma::RegexTest>(&test.kind);
        return regex && regex->regex->isSpent();
    };
    return std::any_of(detection.items.begin(), detection.items.end(), [&](const sigma::Item &item) {
        return std::any_of(item.tests.begin(), item.tests.end(), isSpent);
    });
}

} // namespace

Engine::Engine(std::vector<sigma::RulePtr> rules, const std::vector<sigma::RulePtr> &correlations)
    : d(std::make_unique<Private>(firstOfEachId(std::move(rules)), sortedById(correlations)))
{}

Engine::~Engine() = default;
Engine::Engine(Engine &&) noexcept = default;
Engine &Engine::operator=(Engine &&) noexcept = default;

const std::vector<sigma::RulePtr> &Engine::rules() const
{
    return d->rules;
}

const CorrelationSet &Engine::correlations() const
{
    return d->correlations;
}

bool Engine::wants(const Event &event) const
{
    return d->dispatch.wants(event);
}

std::vector<Match> Engine::evaluate(const Event &event, Session &session) const
{
    std::vector<Match> matches;
    const RuleGroup *group = d->dispatch.groupOf(event, session.d->recent);
    if (!group)
        return matches;
    auto &evaluation = session.d->evaluation;
    evaluation.evaluate(*group, event);
    const auto ruleOf = [&](std::uint32_t condition) { return group->conditions()[condition].variant.rule; };
    for (const std::uint32_t condition : evaluation.holding()) {
        const auto &rule = d->rules[ruleOf(condition)];
        const bool known =
            !matches.empty() && matches.back().rule == rule; // it is about two kinds of this event
        if (!known)
            matches.push_back({rule, evaluation.explain(condition, event)});
    }
    std::optional<std::uint32_t> counted;
    for (const std::uint32_t condition : evaluation.undecided()) {
        const auto rule = ruleOf(condition);
        const bool matched = std::any_of(matches.begin(), matches.end(),
                                         [&](const Match &match) { return match.rule == d->rules[rule]; });
        if (counted != rule && !matched) // an event may be of two kinds that the rule is about
            d->undecided[rule].fetch_add(1, std::memory_order_relaxed);
        counted = rule;
    }
    return matches;
}

std::vector<Match> Engine::evaluate(const Event &event) const
{
    std::optional<Session> session;
    {
        const std::lock_guard lock(d->mutex);
        if (!d->idle.empty()) {
            session = std::move(d->idle.back());
            d->idle.pop_back();
        }
    }
    if (!session)
        session.emplace(*this);
    auto matches = evaluate(event, *session);
    const std::lock_guard lock(d->mutex);
    d->idle.push_back(std::move(*session));
    return matches;
}

bool Engine::mayMatch(const Event &event, JoinGains gains, Session &session) const
{
    const RuleGroup *group = d->dispatch.groupOf(event, session.d->recent);
    return group && session.d->evaluation.mayHold(*group, event, gains);
}

std::vector<NotEvaluated> Engine::notEvaluated() const
{
    std::vector<NotEvaluated> list;
    for (std::size_t i = 0; i < d->rules.size(); ++i)
        if (const auto events = d->undecided[i].load(std::memory_order_relaxed); events > 0)
            list.push_back({d->rules[i], events, hasSpentRegex(*d->rules[i]->detection)});
    return list;
}

} // namespace lolscope

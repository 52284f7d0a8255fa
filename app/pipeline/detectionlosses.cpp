#include "app/pipeline/detectionlosses.h"

#include <algorithm>

namespace lolscope {

std::vector<Loss> notEvaluatedLosses(const Engine &engine, const std::vector<NotEvaluated> &before)
{
    std::vector<Loss> list;
    for (const NotEvaluated &one : engine.notEvaluated()) {
        const auto known = std::find_if(before.begin(), before.end(), [&](const NotEvaluated &earlier) {
            return earlier.rule == one.rule;
        });
        const auto events = one.events - (known == before.end() ? 0 : known->events);
        if (events > 0)
            list.push_back({one.rule->id,
                            std::string(one.isHeldShort ? kHeldShortReason : kNotEvaluatedReason), events});
    }
    return list;
}

std::vector<Loss> lossesOf(const DetectionLosses &losses)
{
    std::vector<Loss> list;
    for (const auto &[counter, reason] : kCorrelationLosses)
        if (losses.correlations.*counter > 0)
            list.push_back({{}, std::string(reason), losses.correlations.*counter});
    if (!losses.unreadable.empty())
        list.push_back({{}, std::string(kUnreadableReason), losses.unreadable.size()});
    return list;
}

bool hidesDetections(const Loss &loss)
{
    return std::none_of(kCorrelationLosses.begin(), kCorrelationLosses.end(), [&](const auto &known) {
        return known.first == &CorrelationLosses::unlisted && known.second == loss.reason;
    });
}

std::string lossText(const Loss &loss, const std::string &rule)
{
    const std::string text = std::to_string(loss.count) + ' ' + loss.reason;
    if (loss.ruleId.empty())
        return loss.reason == kUnreadableReason ? text : "correlation rules: " + text;
    return rule + " was not evaluated on " + std::to_string(loss.count)
        + (loss.count == 1 ? " event: " : " events: ") + loss.reason;
}

} // namespace lolscope

#pragma once

#include "model/base/event.h"
#include "model/store/eventkey.h"
#include "model/store/facts.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lolscope {

/// What can be said of the events of a batch without the case, made on the threads that decode so that the
/// one that writes has the less to do.
struct PreparedEvents : EventBatch::Attachment
{
    /// What some of the events have in common.
    struct Form
    {
        const Event *like = nullptr; ///< One of them: provider, channel, event id, version, level.
        std::string systemNames, dataNames; ///< Of their fields, JSON lists.
        Sha256::Digest hash = {}; ///< eventFormHash()
    };
    struct One
    {
        EventKey key = {};
        std::size_t form = 0; ///< Index into forms.
        std::optional<Timestamp> time; ///< eventTime()
        std::optional<std::size_t> guid; ///< Index into guids.
        Fact fact;
        bool isCandidate = false;
    };
    /// Neighbouring events in the form packEvents() gives.
    struct Packed
    {
        std::size_t first = 0;
        std::size_t count = 0;
        std::string data;
        std::string xml; ///< In the form packXml() gives.
    };
    std::vector<One> events; ///< One for each of the batch.
    std::vector<Form> forms;
    std::vector<std::string_view> guids; ///< What processGuid() gives for them, each once.
    std::vector<Packed> packed; ///< All of them, in order.

    /// For each event whether a rule may match it once it is joined; false only if none can.
    using CandidateTest = std::function<std::vector<bool>(std::span<const Event>)>;
    /// Replaces everything; views and `like` point into `batch`.
    void prepare(const EventBatch &batch, const CandidateTest &isCandidate);

private:
    std::optional<std::size_t> guidOf(const Event &event);

    Arena m_texts{4096};
    std::unordered_map<std::string_view, std::size_t> m_guids; ///< Their indexes.
};

} // namespace lolscope

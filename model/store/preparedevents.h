#pragma once

#include "model/base/event.h"
#include "model/store/facts.h"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lolscope {

/// The identity of an event over all evidence: the first half of a SHA-256 over host, channel, provider,
/// event id, record id, time and content.
using EventKey = std::array<unsigned char, 16>;

/// What can be said of the events of a batch without the case, made on the threads that decode so that the
/// one that writes has the less to do.
struct PreparedEvents : EventBatch::Attachment
{
    /// What some of the events have in common.
    struct Form
    {
        const Event *like = nullptr; ///< One of them: provider, channel, event id, version, level.
        std::string systemNames, dataNames; ///< Of their fields, JSON lists.
    };
    struct One
    {
        EventKey key = {};
        std::size_t form = 0; ///< Index into forms.
        std::optional<Timestamp> time; ///< eventTime()
        std::string processGuid; ///< processGuid()
        Fact fact;
        bool isCandidate = false;
    };
    /// Neighbouring events in the form packEvents() gives.
    struct Packed
    {
        std::size_t first = 0;
        std::size_t count = 0;
        std::string data;
    };
    std::vector<One> events; ///< One for each of the batch.
    std::vector<Form> forms;
    std::vector<Packed> packed; ///< All of them, in order.

    /// Whether a rule may match the event once it is joined; false only if none can.
    using CandidateTest = std::function<bool(const Event &)>;
    /// Replaces everything; `like` points into `batch`.
    void prepare(const EventBatch &batch, const CandidateTest &isCandidate);
};

} // namespace lolscope

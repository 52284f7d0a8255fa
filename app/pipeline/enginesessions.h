#pragma once

#include "detection/engine/engine.h"
#include "model/store/facts.h"

#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <vector>

namespace lolscope {

/// Sessions for work that any of several threads may do next, such as ReadOptions::prepare.
class EngineSessions
{
public:
    explicit EngineSessions(const Engine &engine)
        : m_engine(engine)
    {}

    struct GiveBack
    {
        EngineSessions *owner;
        void operator()(Engine::Session *session) const
        {
            const std::lock_guard lock(owner->m_mutex);
            owner->m_idle.emplace_back(session);
        }
    };
    using Taken = std::unique_ptr<Engine::Session, GiveBack>;

    /// A session that is nobody else's until it is let go of.
    Taken take()
    {
        const std::lock_guard lock(m_mutex);
        if (m_idle.empty())
            return Taken(new Engine::Session(m_engine), {this});
        Taken session(m_idle.back().release(), {this});
        m_idle.pop_back();
        return session;
    }

    /// For EventWriter::Candidates: which of the events a rule may match once they are joined. Asked to stop
    /// it takes the rest for candidates unseen: hostile text may make rules slow.
    std::vector<bool> mayMatch(std::span<const Event> events, const std::stop_token &stop)
    {
        const auto session = take();
        std::vector<bool> may;
        for (const Event &event : events)
            may.push_back(stop.stop_requested() || m_engine.mayMatch(event, joinGains(event), *session));
        return may;
    }

private:
    const Engine &m_engine;
    std::mutex m_mutex;
    std::vector<std::unique_ptr<Engine::Session>> m_idle;
};

} // namespace lolscope

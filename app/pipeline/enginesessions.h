#pragma once

#include "detection/engine/engine.h"

#include <memory>
#include <mutex>
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

private:
    const Engine &m_engine;
    std::mutex m_mutex;
    std::vector<std::unique_ptr<Engine::Session>> m_idle;
};

} // namespace lolscope

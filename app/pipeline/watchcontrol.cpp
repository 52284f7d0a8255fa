#include "app/pipeline/watchcontrol.h"

#include <utility>

namespace lolscope {

WatchControl::WatchControl(std::shared_ptr<WriteTurns> turns)
    : m_turns(std::move(turns))
{}

void WatchControl::pause(std::size_t source, bool paused)
{
    ask({paused ? Wish::Kind::Pause : Wish::Kind::Resume, source});
}

void WatchControl::stop(std::size_t source)
{
    ask({Wish::Kind::Stop, source});
}

void WatchControl::add(OpenSource open)
{
    ask({Wish::Kind::Add, 0, std::move(open)});
}

std::vector<WatchControl::Wish> WatchControl::take()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_wishes, {});
}

void WatchControl::ask(Wish wish)
{
    const std::lock_guard lock(m_mutex);
    m_wishes.push_back(std::move(wish));
}

} // namespace lolscope

#include "tests/support/fakeeventlog.h"

namespace lolscope::test {

using namespace windowserror;

FakeEventLog::~FakeEventLog()
{
    for (Object *object : m_objects)
        delete object;
}

std::size_t FakeEventLog::openHandles() const
{
    const Lock lock(m_mutex);
    return m_objects.size();
}

std::size_t FakeEventLog::calls(const std::string &call) const
{
    const Lock lock(m_mutex);
    const auto found = m_calls.find(call);
    return found == m_calls.end() ? 0 : found->second;
}

bool FakeEventLog::close(Handle handle)
{
    const Lock lock(m_mutex);
    const auto object = static_cast<Object *>(handle);
    if (m_objects.erase(object) == 0)
        return false;
    delete object;
    return true;
}

WindowsError FakeEventLog::openSession(Handle &session)
{
    const Lock lock(m_mutex);
    if (const auto error = called("session"))
        return error;
    session = static_cast<Object *>(add<Session>());
    return 0;
}

WindowsError FakeEventLog::openChannelNames(Handle session, Handle &names)
{
    const Lock lock(m_mutex);
    if (const auto error = called("names"))
        return error;
    if (session) {
        const auto found = find<Session>(session);
        if (!found)
            return kInvalidHandle;
        if (found->goneBy)
            return found->goneBy;
    }
    const auto made = add<Names>();
    for (const auto &channel : m_channels)
        made->names.push_back(channel.first);
    names = static_cast<Object *>(made);
    return 0;
}

WindowsError FakeEventLog::nextChannelName(Handle names, std::size_t room, std::string &name,
                                           std::size_t &needed)
{
    const Lock lock(m_mutex);
    const auto found = find<Names>(names);
    if (!found)
        return kInvalidHandle;
    if (found->at == found->names.size())
        return kNoMoreItems;
    needed = found->names[found->at].size() + 1;
    if (room < needed)
        return kInsufficientBuffer;
    name = found->names[found->at++];
    return 0;
}

WindowsError FakeEventLog::channelConfig(const std::string &channel, EventLogApi::ChannelConfig &config)
{
    const Lock lock(m_mutex);
    if (const auto error = called("config"))
        return error;
    const auto found = m_channels.find(channel);
    if (found == m_channels.end())
        return kChannelNotFound;
    if (found->second.isDenied)
        return kAccessDenied;
    config = found->second.config;
    return 0;
}

WindowsError FakeEventLog::logInfo(const std::string &channel, EventLogApi::LogInfo &info)
{
    Lock lock(m_mutex);
    if (const auto error = called("info"))
        return error;
    const auto found = m_channels.find(channel);
    if (found == m_channels.end())
        return kChannelNotFound;
    if (found->second.isDenied)
        return kAccessDenied;
    const auto &records = found->second.records;
    info = {records.empty() ? 0 : records.front().id, records.size()};
    ranThrough("info", lock);
    return 0;
}

WindowsError FakeEventLog::renderEvent(Handle event, std::string &xml)
{
    const Lock lock(m_mutex);
    if (const auto error = called("event"))
        return error;
    const auto found = find<Event>(event);
    if (!found)
        return kInvalidHandle;
    xml = found->xml;
    return 0;
}

} // namespace lolscope::test

#include "model/live/journalreader.h"

namespace lolscope {

JournalReader::JournalReader(std::string bookmark, std::string program)
    : m_program(std::move(program))
    , m_cursor(std::move(bookmark))
{}

JournalReader::~JournalReader() = default;

Result<LiveReader::Step> JournalReader::next(LiveBatch &, const std::stop_token &)
{
    return fail(ErrorCode::Unsupported, "there is no journald on Windows", m_program);
}

} // namespace lolscope

// Systems without Windows' event logs.
#include "model/live/eventlogapi.h"

namespace lolscope {

Result<std::shared_ptr<EventLogApi>> systemEventLog()
{
    return fail(ErrorCode::Unsupported, "live event logs are read on Windows alone");
}

} // namespace lolscope

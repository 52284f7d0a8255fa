// Systems on which rights are a matter of who starts the program.
#include "app/views/elevation.h"

namespace lolscope {

bool canElevate()
{
    return false;
}

Result<void> startElevated(const QStringList &)
{
    return fail(ErrorCode::Unsupported, "programs are run as administrator on Windows alone");
}

} // namespace lolscope

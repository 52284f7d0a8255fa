#include "model/evtx/libevtxfile.h"

namespace lolscope {

Result<LibevtxFile> LibevtxFile::openHelperInput(int, char **)
{
    return open("/proc/self/fd/0"); // libevtx wants a name
}

} // namespace lolscope

#include "app/pipeline/helperprogram.h"

#include "model/base/system.h"

namespace lolscope {

namespace fs = std::filesystem;

fs::path helperProgram()
{
    const fs::path own = programPath();
    const fs::path name = "lolscope-evtxhelper" + own.extension().string(); // .exe on Windows
    const fs::path folder = own.parent_path();
    std::error_code status;
    for (const fs::path &program : {folder / name, folder / "app" / name}) // the latter where it was built
        if (fs::exists(program, status))
            return program;
    return (folder / "../libexec/lolscope").lexically_normal() / name;
}

} // namespace lolscope

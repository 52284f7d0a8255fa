#include "app/pipeline/helperprogram.h"

namespace lolscope {

namespace fs = std::filesystem;

fs::path helperProgram()
{
    constexpr const char *kName = "lolscope-evtxhelper";
    std::error_code status;
    const fs::path folder = fs::read_symlink("/proc/self/exe", status).parent_path();
    const fs::path installed = (folder / "../libexec/lolscope").lexically_normal() / kName;
    for (const fs::path &program : {folder / kName, folder / "app" / kName}) // the latter where it was built
        if (fs::exists(program, status))
            return program;
    return installed;
}

} // namespace lolscope

#include "model/base/system.h"

#include <pwd.h>
#include <unistd.h>

namespace lolscope {

std::string userName()
{
    const passwd *entry = getpwuid(getuid());
    return entry ? entry->pw_name : std::string();
}

unsigned long processId()
{
    return static_cast<unsigned long>(::getpid());
}

std::filesystem::path programPath()
{
    std::error_code status;
    return std::filesystem::read_symlink("/proc/self/exe", status);
}

std::vector<std::string> utf8Arguments(int count, char **arguments)
{
    return {arguments, arguments + count};
}

void writeBytesOnly() {}

} // namespace lolscope

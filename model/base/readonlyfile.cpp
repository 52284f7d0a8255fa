#include "model/base/readonlyfile.h"

namespace lolscope {

Result<ReadOnlyFile> ReadOnlyFile::openExisting(const std::filesystem::path &path)
{
    auto file = open(path);
    if (!file)
        return fail(ErrorCode::Io, file.error().detail, file.error().source);
    if (!*file)
        return fail(ErrorCode::Io, "no such file", path.string());
    return std::move(**file);
}

} // namespace lolscope

#include "model/base/sha256.h"

#include "model/base/perthread.h"
#include "model/base/readonlyfile.h"

#include <vector>

namespace lolscope {

Sha256 &Sha256::add(std::string_view text)
{
    return add(std::uint64_t{text.size()}).addBytes(text);
}

Sha256 &Sha256::add(std::uint64_t number)
{
    return addBytes({reinterpret_cast<const char *>(&number), sizeof number});
}

std::string hex(const Sha256::Digest &digest, std::size_t bytes)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < bytes && i < digest.size(); ++i) {
        text += kDigits[digest[i] >> 4];
        text += kDigits[digest[i] & 15];
    }
    return text;
}

Sha256::Digest sha256(std::string_view text)
{
    return perThread<Sha256>().addBytes(text).digest();
}

Result<std::string> fileSha256(const std::filesystem::path &path, const std::stop_token &stop)
{
    const auto file = ReadOnlyFile::openExisting(path);
    if (!file)
        return tl::unexpected(file.error());
    Sha256 hash;
    std::vector<std::uint8_t> block(std::size_t{1} << 20);
    for (std::uint64_t offset = 0;;) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled", path.string());
        const auto got = file->read(offset, block);
        if (!got)
            return tl::unexpected(got.error());
        hash.addBytes({reinterpret_cast<const char *>(block.data()), *got});
        offset += *got;
        if (*got < block.size())
            return hex(hash.digest());
    }
}

} // namespace lolscope

#include "model/base/sha256.h"

#include <fstream>
#include <openssl/evp.h>
#include <vector>

namespace lolscope {

struct Sha256::Private
{
    Private()
        : context(EVP_MD_CTX_new(), &EVP_MD_CTX_free)
    {
        begin();
    }
    /// The algorithm is looked up once for all: by name it would be looked up, under a lock, for every
    /// digest.
    void begin()
    {
        static EVP_MD *const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
        EVP_DigestInit_ex2(context.get(), algorithm, nullptr);
    }
    void update(const void *data, std::size_t bytes) { EVP_DigestUpdate(context.get(), data, bytes); }
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context;
};

Sha256::Sha256()
    : d(std::make_unique<Private>())
{}
Sha256::~Sha256() = default;

Sha256 &Sha256::add(std::string_view text)
{
    add(std::uint64_t{text.size()});
    d->update(text.data(), text.size());
    return *this;
}

Sha256 &Sha256::addBytes(std::string_view bytes)
{
    d->update(bytes.data(), bytes.size());
    return *this;
}

Sha256 &Sha256::add(std::uint64_t number)
{
    d->update(&number, sizeof number);
    return *this;
}

Sha256::Digest Sha256::digest()
{
    Digest digest = {};
    EVP_DigestFinal_ex(d->context.get(), digest.data(), nullptr);
    d->begin();
    return digest;
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
    thread_local Sha256 hash;
    return hash.addBytes(text).digest();
}

Result<std::string> fileSha256(const std::filesystem::path &path, const std::stop_token &stop)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(ErrorCode::Io, "cannot be opened", path.string());
    Sha256 hash;
    std::vector<char> block(std::size_t{1} << 20);
    while (file) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled", path.string());
        file.read(block.data(), static_cast<std::streamsize>(block.size()));
        hash.addBytes({block.data(), static_cast<std::size_t>(file.gcount())});
    }
    if (file.bad())
        return fail(ErrorCode::Io, "reading failed", path.string());
    return hex(hash.digest());
}

} // namespace lolscope

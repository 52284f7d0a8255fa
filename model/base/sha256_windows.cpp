#include "model/base/sha256.h"
#include "model/base/win32.h"

#include <bcrypt.h>
#include <cstdlib>

namespace lolscope {

namespace {

/// BCrypt's SHA-256 is part of every Windows: that it fails means a broken machine, on which no digest may be
/// trusted.
void must(NTSTATUS status)
{
    if (status < 0)
        std::abort();
}

} // namespace

struct Sha256::Private
{
    /// Reusable: BCryptFinishHash begins anew. The algorithm is opened once for all.
    Private()
    {
        static const BCRYPT_ALG_HANDLE algorithm = [] {
            BCRYPT_ALG_HANDLE opened = nullptr;
            must(BCryptOpenAlgorithmProvider(&opened, BCRYPT_SHA256_ALGORITHM, nullptr,
                                             BCRYPT_HASH_REUSABLE_FLAG));
            return opened;
        }();
        must(BCryptCreateHash(algorithm, &hash, nullptr, 0, nullptr, 0, BCRYPT_HASH_REUSABLE_FLAG));
    }
    ~Private() { BCryptDestroyHash(hash); }
    Private(const Private &) = delete;
    Private &operator=(const Private &) = delete;

    void update(const void *data, std::size_t bytes)
    {
        constexpr std::size_t kMost = std::size_t{1} << 30; // it counts in 32 bits
        auto *from = static_cast<unsigned char *>(const_cast<void *>(data));
        for (; bytes > kMost; bytes -= kMost, from += kMost)
            must(BCryptHashData(hash, from, static_cast<ULONG>(kMost), 0));
        must(BCryptHashData(hash, from, static_cast<ULONG>(bytes), 0));
    }
    BCRYPT_HASH_HANDLE hash = nullptr;
};

Sha256::Sha256()
    : d(std::make_unique<Private>())
{}
Sha256::~Sha256() = default;

Sha256 &Sha256::addBytes(std::string_view bytes)
{
    d->update(bytes.data(), bytes.size());
    return *this;
}

Sha256::Digest Sha256::digest()
{
    Digest digest = {};
    must(BCryptFinishHash(d->hash, digest.data(), static_cast<ULONG>(digest.size()), 0));
    return digest;
}

} // namespace lolscope

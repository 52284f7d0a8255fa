#include "model/base/sha256.h"

#include <openssl/evp.h>

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

Sha256 &Sha256::addBytes(std::string_view bytes)
{
    d->update(bytes.data(), bytes.size());
    return *this;
}

Sha256::Digest Sha256::digest()
{
    Digest digest = {};
    EVP_DigestFinal_ex(d->context.get(), digest.data(), nullptr);
    d->begin();
    return digest;
}

} // namespace lolscope

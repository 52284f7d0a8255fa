#pragma once

#include "model/base/result.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace lolscope {

/// SHA-256 (libcrypto; BCrypt on Windows) over values put in one after the other; each text with its length,
/// so that neighbours cannot trade characters.
class Sha256
{
public:
    using Digest = std::array<unsigned char, 32>;
    Sha256();
    ~Sha256();
    Sha256(const Sha256 &) = delete;
    Sha256 &operator=(const Sha256 &) = delete;
    Sha256 &add(std::string_view text);
    Sha256 &add(std::uint64_t number);
    Sha256 &addBytes(std::string_view bytes); ///< Without their length.
    Digest digest(); ///< And begins anew.
private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// Lower-case hex of the first `bytes` of a digest.
std::string hex(const Sha256::Digest &digest, std::size_t bytes = 32);

/// SHA-256 of one text. Any thread.
Sha256::Digest sha256(std::string_view text);

/// SHA-256 of a whole file, read in blocks. Errors: Io; Cancelled.
Result<std::string> fileSha256(const std::filesystem::path &path, const std::stop_token &stop = {});

} // namespace lolscope

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace lolscope {

enum class ErrorCode {
    Io, ///< A file cannot be opened, read or written.
    DiskFull, ///< No room left for what had to be written.
    Corrupt, ///< The input is not what its format says.
    TooLarge, ///< A size past one of our named limits.
    Unsupported, ///< Valid input that we do not know how to handle.
    Invalid, ///< The caller's request makes no sense (unknown id, empty reason, ...).
    Database, ///< The case file failed.
    Cancelled,
    Internal ///< Our own mistake.
};

/// Why an operation gave no value. `code` is for programs (app/ words it for the user), `detail` is
/// English for logs and bug reports, the rest says where.
struct Error
{
    ErrorCode code = ErrorCode::Internal;
    std::string detail;
    std::string source = {}; ///< File or rule the error is about; empty if none.
    std::optional<std::uint64_t> offset = {}; ///< Bytes from the start of `source`.
    int line = 0; ///< From 1, for text input; 0 where it has no meaning.
    int column = 0; ///< From 1.
};

/// One line of English for logs and the command line: `source:line:column: detail` or
/// `source: detail (at byte offset)`.
std::string describe(const Error &error);

template<typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string detail, std::string source = {},
                                  std::optional<std::uint64_t> offset = {})
{
    return tl::unexpected<Error>(Error{code, std::move(detail), std::move(source), offset});
}

} // namespace lolscope

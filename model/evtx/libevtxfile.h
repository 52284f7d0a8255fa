#pragma once

#include "model/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace lolscope {

/// An .evtx file as libevtx (20181227 or later) reads it. It is a C parser that nobody fuzzed: it crashes on
/// some records (20181227 does on a text of U+FFFE), so evidence is opened with it in lolscope-evtxhelper
/// alone, and logs of our own in the tests, as an oracle.
class LibevtxFile
{
public:
    struct Record
    {
        std::optional<std::uint64_t> id; ///< The record header's; libevtx tells no offsets.
        std::string xml; ///< At most kMaxEventXmlBytes.
        std::string reason; ///< Why there is no XML; empty when there is.
    };

    /// Error: Corrupt.
    static Result<LibevtxFile> open(const std::filesystem::path &path);
    /// Opens what HelperProcess::start() gave the process that calls this with its main()'s arguments. Error:
    /// Corrupt.
    static Result<LibevtxFile> openHelperInput(int argumentCount, char **arguments);

    int liveCount() const { return m_live; }
    int recoveredCount() const { return m_recovered; }
    Record live(int index) const; ///< 0 <= index < liveCount()
    Record recovered(int index) const; ///< 0 <= index < recoveredCount()

private:
    struct Closer
    {
        void operator()(void *file) const noexcept;
    };
    LibevtxFile() = default;
    /// `open` is given a new libevtx_file_t and where to put a libevtx_error_t; 1 is libevtx's word for good.
    using Opening = std::function<int(void *file, std::intptr_t **error)>;
    static Result<LibevtxFile> openWith(const Opening &open, const std::string &source);

    std::unique_ptr<void, Closer> m_file; ///< A libevtx_file_t, whose header is not for everybody.
    int m_live = 0;
    int m_recovered = 0;
};

} // namespace lolscope

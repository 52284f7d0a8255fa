#pragma once

#include "model/base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace lolscope {

/// A file opened for reading alone, which others go on writing, replacing and truncating: on Windows too,
/// where it is shared in every way. Threads: read() may be called from any number of threads at once.
class ReadOnlyFile
{
public:
    /// Empty when there is no such file. Errors: Io; Unsupported for what is no regular file.
    static Result<std::optional<ReadOnlyFile>> open(const std::filesystem::path &path);

    /// The same for what must be there. Error: Io.
    static Result<ReadOnlyFile> openExisting(const std::filesystem::path &path);

    ReadOnlyFile(ReadOnlyFile &&other) noexcept;
    ReadOnlyFile &operator=(ReadOnlyFile &&other) noexcept;
    ~ReadOnlyFile();

    Result<std::uint64_t> bytes() const; ///< Now.
    bool isSameAs(const ReadOnlyFile &other) const
    {
        return m_device == other.m_device && m_inode == other.m_inode;
    }
    /// Reads from `offset` on and gives the number of bytes read, less than asked for at the end of the file.
    Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> out) const;

private:
    using Descriptor = std::intptr_t; ///< Of POSIX, or a HANDLE; -1 for none.
    ReadOnlyFile(Descriptor descriptor, std::string source)
        : m_descriptor(descriptor)
        , m_source(std::move(source))
    {}
    Descriptor m_descriptor = -1;
    std::string m_source;
    std::uint64_t m_device = 0, m_inode = 0;
};

} // namespace lolscope

#pragma once

#include "model/live/eventstream.h"
#include "model/live/livereader.h"

#include <filesystem>
#include <string>
#include <vector>

namespace lolscope {

/// Reads events from a pipe: the standard input, or a FIFO whose writers may come and go. A pipe cannot go
/// back, so there is no bookmark, and every run is evidence of its own. Back pressure reaches the writer: it
/// waits.
class PipeReader : public LiveReader
{
public:
    static constexpr int kStandardInput = 0; ///< Its descriptor.
    /// Reads `descriptor`, which stays the caller's, to its end.
    PipeReader(int descriptor, std::string evidence, StreamFormat format);
    /// Reads the FIFO at `path`, which is absolute; it never ends.
    PipeReader(const std::filesystem::path &path, StreamFormat format);
    ~PipeReader() override;
    PipeReader(const PipeReader &) = delete;
    PipeReader &operator=(const PipeReader &) = delete;

    /// Errors: Io, the FIFO cannot be opened or read.
    Result<Step> next(LiveBatch &batch, const std::stop_token &stop) override;
    bool rest(LiveBatch &batch) override;
    std::chrono::milliseconds interval() const override;

private:
    Result<bool> fill(const std::stop_token &stop); ///< False when there is nothing to read.

    std::filesystem::path m_path; ///< Of a FIFO.
    std::string m_evidence;
    EventStream m_stream;
    std::vector<char> m_block;
    int m_descriptor = -1;
    bool m_isFirst = true;
    bool m_isAtEnd = false; ///< No writer, for now or for good.
    bool m_hasMore = false; ///< The stream was not taken to its end.
};

} // namespace lolscope

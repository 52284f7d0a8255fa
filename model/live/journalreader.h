#pragma once

#include "model/live/livereader.h"

#include <string>
#include <sys/types.h>
#include <vector>

namespace lolscope {

/// Reads what Sysmon for Linux logs to journald, through the program journalctl where it is present: it
/// writes every event as event XML, by syslog under the identifier `sysmon` (microsoft/SysmonForLinux,
/// outputxml.cpp). The bookmark is journald's cursor. Sysmon cuts long events: such a one is damage.
///
/// `--all`, because journalctl leaves out fields of more than 4096 bytes otherwise; what has control
/// characters comes as a list of bytes (journalctl(1), systemd.io/JOURNAL_EXPORT_FORMATS).
class JournalReader : public LiveReader
{
public:
    static constexpr const char *kEvidence = "journald";

    /// `program` is found on the path. `bookmark`: a cursor, or empty for all there is.
    explicit JournalReader(std::string bookmark, std::string program = "journalctl");
    ~JournalReader() override;
    JournalReader(const JournalReader &) = delete;
    JournalReader &operator=(const JournalReader &) = delete;

    /// Errors: Unsupported, the program is not there; Io, it ended.
    Result<Step> next(LiveBatch &batch, const std::stop_token &stop) override;
    std::chrono::milliseconds interval() const override { return std::chrono::milliseconds(0); }

private:
    Result<void> start();
    void end();
    void readErrors();
    Error ended();
    void readLine(std::string_view line, LiveBatch &batch);

    const std::string m_program;
    std::string m_cursor;
    std::string m_text; ///< Lines that are not read yet.
    std::vector<char> m_block;
    int m_descriptor = -1; ///< Its standard output.
    int m_errors = -1; ///< Its standard error.
    std::string m_complaint; ///< The end of what came from there.
    pid_t m_process = -1;
    bool m_skipping = false; ///< The rest of a line that was given up.
};

} // namespace lolscope

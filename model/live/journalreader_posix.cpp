#include "model/base/text.h"
#include "model/evtx/eventreader.h"
#include "model/evtx/eventtag.h"
#include "model/evtx/eventxml.h"
#include "model/live/journalreader.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <rapidjson/document.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ; // NOLINT: POSIX names it so

namespace lolscope {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{64} << 10;
constexpr int kWaitMs = 100; ///< A wait ends so often to look whether to stop.
/// A list of bytes takes up to five characters for each, and the other fields come on top.
constexpr std::size_t kLongestLine = 6 * kMaxEventXmlBytes;

/// A field's value: text, or a list of bytes.
std::string valueOf(const rapidjson::Value &entry, const char *name)
{
    const auto field = entry.FindMember(name);
    if (field == entry.MemberEnd())
        return {};
    if (field->value.IsString())
        return {field->value.GetString(), field->value.GetStringLength()};
    std::string bytes;
    if (field->value.IsArray())
        for (const auto &byte : field->value.GetArray())
            bytes += byte.IsUint() ? static_cast<char>(byte.GetUint()) : '?';
    return bytes;
}

} // namespace

JournalReader::JournalReader(std::string bookmark, std::string program)
    : m_program(std::move(program))
    , m_cursor(std::move(bookmark))
    , m_block(kBlockBytes)
{}

JournalReader::~JournalReader()
{
    end();
}

Result<void> JournalReader::start()
{
    int ends[2] = {}, errors[2] = {};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return fail(ErrorCode::Io, std::string("no pipe: ") + std::strerror(errno));
    if (pipe2(errors, O_CLOEXEC) != 0) {
        const int reason = errno;
        ::close(ends[0]);
        ::close(ends[1]);
        return fail(ErrorCode::Io, std::string("no pipe: ") + std::strerror(reason));
    }
    std::vector<std::string> arguments = {m_program, "--follow", "--no-tail",          "--output=json",
                                          "--all",   "--quiet",  "--identifier=sysmon"};
    if (!m_cursor.empty())
        arguments.push_back("--after-cursor=" + m_cursor);
    std::vector<char *> argv;
    for (std::string &argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, errors[1], STDERR_FILENO);
    // A process group of its own: Ctrl+C is for us, who end it. Signals we block are not blocked there.
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    const int failed = posix_spawnp(&m_process, argv[0], &actions, &attributes, argv.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    ::close(errors[1]);
    if (failed != 0) {
        ::close(ends[0]);
        ::close(errors[0]);
        m_process = -1;
        return fail(ErrorCode::Unsupported, std::string("cannot be started: ") + std::strerror(failed),
                    m_program);
    }
    m_descriptor = ends[0];
    m_errors = errors[0];
    ::fcntl(m_errors, F_SETFL, O_NONBLOCK);
    m_complaint.clear();
    m_text.clear();
    m_skipping = false;
    return {};
}

void JournalReader::end()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    if (m_errors >= 0)
        ::close(m_errors);
    m_descriptor = m_errors = -1;
    if (m_process > 0) {
        ::kill(m_process, SIGKILL);
        ::waitpid(m_process, nullptr, 0);
    }
    m_process = -1;
}

/// Keeps the end of what the program complains of, and its pipe from filling.
void JournalReader::readErrors()
{
    constexpr std::size_t kMostKept = 512;
    for (;;) {
        const auto got = ::read(m_errors, m_block.data(), m_block.size());
        if (got <= 0)
            break;
        m_complaint.append(m_block.data(), static_cast<std::size_t>(got));
        if (m_complaint.size() > kMostKept)
            m_complaint.erase(0, m_complaint.size() - kMostKept);
    }
}

Error JournalReader::ended()
{
    readErrors();
    std::string reason = validUtf8(m_complaint.substr(0, m_complaint.find_last_not_of("\r\n") + 1));
    std::replace(reason.begin(), reason.end(), '\n', ' ');
    end();
    return {ErrorCode::Io,
            "journalctl ended; it is started again" + (reason.empty() ? "" : ". It said: " + reason),
            m_program};
}

void JournalReader::readLine(std::string_view line, LiveBatch &batch)
{
    rapidjson::Document entry;
    const std::string text = validUtf8(line);
    entry.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
    if (entry.HasParseError() || !entry.IsObject()) {
        batch.events.damage.push_back({"journalctl gave a line that is no JSON object", {}, {}, 1});
        return;
    }
    if (std::string cursor = valueOf(entry, "__CURSOR"); !cursor.empty())
        m_cursor = std::move(cursor);
    const std::string message = valueOf(entry, "MESSAGE");
    if (!beginsEvent(message))
        return; // what Sysmon says of itself
    auto event = parseEventXml(message, batch.events);
    if (event) {
        event->xml = batch.events.keep(validUtf8(message));
        batch.events.events.push_back(*event);
    } else {
        batch.events.damage.push_back(
            {event.error().detail + ", in the journal's entry " + m_cursor, {}, {}, 1});
    }
}

Result<LiveReader::Step> JournalReader::next(LiveBatch &batch, const std::stop_token &stop)
{
    batch.evidence = kEvidence;
    if (m_descriptor < 0)
        if (const auto started = start(); !started)
            return tl::unexpected(started.error());
    pollfd wait = {m_descriptor, POLLIN, 0};
    if (m_text.find('\n') == std::string::npos) {
        if (stop.stop_requested() || ::poll(&wait, 1, kWaitMs) <= 0) {
            readErrors();
            return Step::Idle;
        }
        const auto got = ::read(m_descriptor, m_block.data(), m_block.size());
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return Step::Idle;
        if (got <= 0)
            return tl::unexpected(ended());
        m_text.append(m_block.data(), static_cast<std::size_t>(got));
        readErrors();
    }
    std::size_t start = 0;
    while (batch.events.events.size() < EventReader::kBatchEvents) {
        const auto end = m_text.find('\n', start);
        if (end == std::string::npos)
            break;
        if (!std::exchange(m_skipping, false))
            readLine(std::string_view(m_text).substr(start, end - start), batch);
        start = end + 1;
    }
    m_text.erase(0, start);
    if (m_text.size() > kLongestLine && m_text.find('\n') == std::string::npos) {
        if (!std::exchange(m_skipping, true))
            batch.events.damage.push_back({"an entry of the journal that is too long", {}, {}, 1});
        m_text.clear();
    }
    if (batch.events.events.empty() && batch.events.damage.empty())
        return Step::Idle;
    batch.bookmark = m_cursor;
    return Step::Batch;
}

} // namespace lolscope

#include "app/jobs/watchjob.h"

#include "app/pipeline/ruleset.h"
#include "model/base/files.h"
#include "model/store/casestate.h"

#include <QThread>

#include <map>

namespace lolscope {

namespace {

/// Stands for a source that cannot be had.
class NoReader : public LiveReader
{
public:
    explicit NoReader(Error error)
        : m_error(std::move(error))
    {}
    Result<Step> next(LiveBatch &, const std::stop_token &) override { return tl::unexpected(m_error); }

private:
    const Error m_error;
};

EventLogRequest copied(const EventLogRequest &request)
{
    return {{request.computer.name, request.computer.user, request.computer.domain,
             Secret(std::string(request.computer.password.text()))},
            request.channels,
            request.query,
            request.fromNow};
}

} // namespace

WatchSource watchSource(EventLogRequest request)
{
    std::string name = request.computer.name.empty() ? std::string() : "\\\\" + request.computer.name + ' ';
    for (const std::string &channel : request.channels)
        name.append(&channel == &request.channels.front() ? "" : ", ").append(channel);
    const auto shared = std::make_shared<const EventLogRequest>(std::move(request));
    return {
        name, [name, shared](const LiveBookmarks &bookmarks) {
            auto input = watchInput(copied(*shared), bookmarks);
            return input ? std::move(*input) : WatchInput{name, std::make_unique<NoReader>(input.error())};
        }};
}

WatchSource watchSource(std::string name, StreamFormat format)
{
    return {name,
            [name, format](const LiveBookmarks &bookmarks) { return watchInput(name, format, bookmarks); }};
}

std::vector<WatchSource> watchedSources(const LiveBookmarks &bookmarks)
{
    std::map<std::string, std::vector<std::string>> folders, computers;
    std::vector<WatchSource> sources;
    for (const auto &[name, bookmark] : bookmarks) {
        if (name.starts_with("\\\\")) {
            const std::size_t end = name.find('\\', 2);
            if (end != std::string::npos)
                computers[name.substr(2, end - 2)].push_back(name.substr(end + 1));
        } else if (const std::filesystem::path path = utf8Path(name); path.is_absolute()) {
            folders[path.parent_path().string()].push_back(name);
        } else {
            sources.push_back(watchSource(name)); // the journal
        }
    }
    for (const auto &[folder, files] : folders)
        sources.push_back(watchSource(files.size() == 1 ? files.front() : folder));
    const auto api = systemEventLog();
    for (auto &[computer, channels] : computers) {
        EventLogRequest request;
        if (!api || (*api)->computerName() != computer)
            request.computer.name = computer;
        request.channels = std::move(channels);
        sources.push_back(watchSource(std::move(request)));
    }
    return sources;
}

WatchJob::WatchJob(std::filesystem::path casePath, std::vector<WatchSource> sources,
                   std::filesystem::path ruleSet, std::shared_ptr<WriteTurns> turns, QObject *parent)
    : QObject(parent)
    , m_casePath(std::move(casePath))
    , m_ruleSet(std::move(ruleSet))
    , m_sources(sources)
    , m_first(std::move(sources))
    , m_control(std::move(turns))
{}

WatchJob::~WatchJob()
{
    stop();
    if (m_thread)
        m_thread->wait();
}

void WatchJob::add(WatchSource source)
{
    m_sources.push_back(source);
    m_control.add(std::move(source.open));
}

/// `signal` is called in the GUI thread.
void WatchJob::tell(auto signal)
{
    QMetaObject::invokeMethod(this, std::move(signal), Qt::QueuedConnection);
}

void WatchJob::start()
{
    Q_ASSERT(!m_thread);
    m_thread.reset(QThread::create([this] {
        tell([this, result = std::make_shared<Result<WatchSummary>>(run())] {
            if (*result)
                Q_EMIT finished(**result);
            else
                Q_EMIT failed(result->error());
        });
    }));
    m_thread->start();
}

void WatchJob::stop()
{
    m_stop.request_stop();
}

Result<WatchSummary> WatchJob::run()
{
    std::error_code ignored; // a folder that cannot be made shows itself when the case is opened
    std::filesystem::create_directories(m_casePath.parent_path(), ignored);
    auto file = CaseFile::open(m_casePath, CaseFile::Mode::Create);
    if (!file)
        return tl::unexpected(file.error());
    const auto bookmarks = liveBookmarks(*file);
    if (!bookmarks)
        return tl::unexpected(bookmarks.error());
    auto set = m_ruleSet.empty() ? Result<RuleSet>() : readRuleSet(m_ruleSet);
    if (!set) {
        m_ruleErrors.push_back(set.error());
        set = RuleSet();
    }
    m_ruleFiles = ruleFilesState(*set);
    const auto rules = loadRuleSet(*set);
    for (Error &error : unreadableFolders(*set, rules))
        m_ruleErrors.push_back(std::move(error));
    const Engine engine(rules.running(), rules.runningCorrelations());
    tell([this] { Q_EMIT started(); });

    WatchHandlers handlers;
    handlers.newAlert = [this](const CaseFile &, const AlertRow &row) { m_arrived.push_back(row.id); };
    handlers.updated = [this] {
        tell([this, arrived = std::exchange(m_arrived, {})] { Q_EMIT alertsChanged(arrived); });
    };
    handlers.status = [this](const WatchStatus &status) { tell([this, status] { Q_EMIT sampled(status); }); };
    std::vector<WatchInput> inputs;
    for (const WatchSource &source : m_first)
        inputs.push_back(source.open(*bookmarks));
    return watch(*file, std::move(inputs), engine, m_stop.get_token(), handlers, &m_control);
}

} // namespace lolscope

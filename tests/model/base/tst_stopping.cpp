#include <QTest>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

/// What every thread of ours relies on, and what the standard library for Windows does only with the
/// semaphore that CMakeLists.txt chooses: without it this hangs within some thousand rounds.
class TestStopping : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aThreadThatWaitsCanAlwaysBeStopped()
    {
        constexpr int kRounds = 3'000;
        for (int round = 0; round < kRounds; ++round) {
            std::mutex mutex;
            std::condition_variable_any never;
            std::atomic<int> spins = round * 37 % 5'000; // the stop comes before, in and after the first wait
            const std::jthread waits([&](const std::stop_token &stop) {
                std::unique_lock lock(mutex);
                never.wait(lock, stop, [] { return false; });
            });
            while (spins > 0)
                --spins;
        }
    }
};

QTEST_APPLESS_MAIN(TestStopping)
#include "tst_stopping.moc"

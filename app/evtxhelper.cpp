#include "model/evtx/helperframes.h"
#include "model/evtx/helperprocess.h"
#include "model/evtx/libevtxfile.h"

#include <cerrno>
#include <new>
#include <string>
#include <unistd.h>

using namespace lolscope;

namespace {

/// Nobody listens any more: there is nothing left to do.
void say(const HelperFrame &frame)
{
    std::string bytes;
    appendFrame(bytes, frame);
    for (std::size_t done = 0; done < bytes.size();) {
        const auto wrote = ::write(STDOUT_FILENO, bytes.data() + done, bytes.size() - done);
        if (wrote < 0 && errno != EINTR)
            _exit(1);
        done += wrote < 0 ? 0 : static_cast<std::size_t>(wrote);
    }
}

void say(const LibevtxFile::Record &record, bool recovered)
{
    using Kind = HelperFrame::Kind;
    if (record.id && record.reason.empty())
        say({Kind::Record, *record.id, recovered, record.xml});
    else
        say({Kind::Refused, record.id.value_or(0), recovered, record.reason});
}

} // namespace

/// lolscope-evtxhelper reads the .evtx file that is its standard input with libevtx and writes frames (see
/// helperframes.h) to its standard output. Lolscope starts it, with limits, for damaged chunks; it is of no
/// use by hand.
int main()
{
    std::set_new_handler([] { _exit(HelperProcess::kOutOfMemory); });
    using Kind = HelperFrame::Kind;
    say({Kind::Hello, HelperFrame::kVersion});
    const auto file = LibevtxFile::open("/proc/self/fd/0"); // libevtx wants a name
    if (!file) {
        say({Kind::Failed, 0, false, file.error().detail});
    } else {
        say({Kind::Opened, static_cast<std::uint64_t>(file->liveCount() + file->recoveredCount())});
        for (int i = 0; i < file->liveCount(); ++i)
            say(file->live(i), false);
        for (int i = 0; i < file->recoveredCount(); ++i)
            say(file->recovered(i), true);
    }
    say({Kind::End});
    _exit(0); // all is said; libevtx's own end could only fail
}

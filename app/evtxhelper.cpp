#include "model/base/system.h"
#include "model/evtx/helperframes.h"
#include "model/evtx/helperprocess.h"
#include "model/evtx/libevtxfile.h"

#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>

using namespace lolscope;

namespace {

void say(const HelperFrame &frame)
{
    std::string bytes;
    appendFrame(bytes, frame);
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0)
        std::_Exit(1); // nobody listens any more: there is nothing left to do
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

/// lolscope-evtxhelper reads the .evtx file it was started with (see HelperProcess) with libevtx and writes
/// frames (see helperframes.h) to its standard output. Lolscope starts it, with limits, for damaged chunks;
/// it is of no use by hand.
int main(int argc, char **argv)
{
    std::set_new_handler([] { std::_Exit(HelperProcess::kOutOfMemory); });
    writeBytesOnly();
    using Kind = HelperFrame::Kind;
    say({Kind::Hello, HelperFrame::kVersion});
    const auto file = LibevtxFile::openHelperInput(argc, argv);
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
    std::_Exit(0); // all is said; libevtx's own end could only fail
}

#pragma once

#include "app/pipeline/writeturns.h"
#include "model/live/livereader.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace lolscope {

/// A live source to be watched.
struct WatchInput
{
    std::string name; ///< For people: the path, `stdin`, `journald`, `\\COMPUTER`.
    std::unique_ptr<LiveReader> reader;
};

/// Makes a source that goes on where the bookmarks of the case say.
using OpenSource = std::function<WatchInput(const LiveBookmarks &)>;

/// What is asked of a running watch(), from any thread. Sources have the number at which WatchStatus lists
/// them; one that ended keeps it.
class WatchControl
{
public:
    /// watch() writes in turn with all others that take `turns`.
    explicit WatchControl(std::shared_ptr<WriteTurns> turns = std::make_shared<WriteTurns>());

    void pause(std::size_t source, bool paused);
    /// For good.
    void stop(std::size_t source);
    void add(OpenSource open);

    WriteTurns &turns() const { return *m_turns; }

    struct Wish
    {
        enum class Kind { Pause, Resume, Stop, Add };
        Kind kind = Kind::Add;
        std::size_t source = 0;
        OpenSource open = {}; ///< To be added.
    };
    /// The wishes since the last call, oldest first: for watch().
    std::vector<Wish> take();

private:
    void ask(Wish wish);

    const std::shared_ptr<WriteTurns> m_turns;
    std::mutex m_mutex;
    std::vector<Wish> m_wishes;
};

} // namespace lolscope

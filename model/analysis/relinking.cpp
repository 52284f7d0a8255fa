#include "model/analysis/relinking.h"

#include "model/analysis/linking.h"

namespace lolscope {

Result<void> relink(TouchedFacts &touched, EventId linked)
{
    if (auto begun = touched.begin(linked); !begun)
        return begun;
    for (;;) {
        const auto facts = touched.read();
        if (!facts)
            return tl::unexpected(facts.error());
        const Links links = linkProcesses(*facts);
        const auto more = touched.widen(*facts, links);
        if (!more)
            return tl::unexpected(more.error());
        if (!*more)
            return touched.save(*facts, links);
    }
}

} // namespace lolscope

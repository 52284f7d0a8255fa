#include "model/base/result.h"

namespace lolscope {

std::string describe(const Error &error)
{
    std::string text = error.source;
    if (error.line > 0)
        text += ':' + std::to_string(error.line) + ':' + std::to_string(error.column);
    if (!text.empty())
        text += ": ";
    text += error.detail;
    if (error.offset)
        text += " (at byte " + std::to_string(*error.offset) + ')';
    return text;
}

} // namespace lolscope

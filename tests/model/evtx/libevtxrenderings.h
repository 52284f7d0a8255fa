#pragma once

#include "model/base/timestamp.h"

#include <algorithm>
#include <array>
#include <string>

namespace lolscope::test {

inline bool isPaddedHex(const std::string &ours, const std::string &theirs)
{
    if ((theirs.size() != 10 && theirs.size() != 18) || !theirs.starts_with("0x")
        || theirs.find_first_not_of("0123456789abcdef", 2) != std::string::npos)
        return false;
    return "0x" + theirs.substr(std::min(theirs.find_first_not_of('0', 2), theirs.size() - 1)) == ours;
}

inline bool isTimeOfNineDigits(const std::string &ours, const std::string &theirs)
{
    return theirs.size() == 30 && parseTimestamp(theirs) && theirs.substr(0, 27) + 'Z' == ours
        && theirs.ends_with("00Z");
}

inline bool isEndOfLine(const std::string &ours, const std::string &theirs)
{
    return theirs.empty() && (ours == "\n" || ours == "\r\n");
}

/// A rendering of libevtx 20181227 that differs from Windows' on healthy records. Each has its own row in
/// libevtxDiffers() of tst_differential.
struct Rendering
{
    const char *reason;
    bool (*accounts)(const std::string &ours, const std::string &theirs);
};
inline constexpr std::array<Rendering, 3> kRenderings = {{
    {"HexInt32 and HexInt64 come with leading zeros; Windows writes 0x3e7", isPaddedHex},
    {"FILETIME comes in nanoseconds; Windows writes its own 100 ns", isTimeOfNineDigits},
    {"a text that is only an end of line is left out", isEndOfLine},
}};

/// Whether libevtx says the same, or differs as it is known to.
inline bool agrees(const std::string &ours, const std::string &theirs)
{
    return ours == theirs || std::any_of(kRenderings.begin(), kRenderings.end(), [&](const Rendering &one) {
               return one.accounts(ours, theirs);
           });
}

} // namespace lolscope::test

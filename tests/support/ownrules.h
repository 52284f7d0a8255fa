#pragma once

#include <string>

namespace lolscope::test {

/// A rule about process starts of `image`, which the sample scenario has for `\mshta.exe` and others.
inline std::string startRule(const std::string &id, const std::string &title, const std::string &image,
                             const std::string &level = "high", const std::string &status = "test")
{
    return "title: " + title + "\nid: " + id + "\nstatus: " + status
        + "\nauthor: Rule Writer\ntags:\n  - attack.execution\nlogsource:\n  product: windows\n  category: "
          "process_creation\ndetection:\n  selection:\n    Image|endswith: '"
        + image + "'\n  condition: selection\nlevel: " + level + "\n";
}

/// A rule whose modifier nobody knows.
inline std::string brokenRule(const std::string &id)
{
    return "title: Broken rule\nid: " + id
        + "\nauthor: Rule Writer\nlogsource:\n  product: windows\n  category: process_creation\ndetection:\n "
          " "
          "selection:\n    Image|nonsense: x\n  condition: selection\nlevel: low\n";
}

inline const std::string kMshtaRuleId = "4d4a0000-0000-4000-8000-000000000001";
inline const std::string kNoDataRuleId = "4d4a0000-0000-4000-8000-000000000002";
inline const std::string kBrokenRuleId = "4d4a0000-0000-4000-8000-000000000003";

} // namespace lolscope::test

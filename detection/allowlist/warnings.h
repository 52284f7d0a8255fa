#pragma once

#include <string_view>

namespace lolscope {

/// Whether a network in CIDR notation holds IPv4 addresses, written as such or as IPv4-mapped IPv6.
bool isV4Network(std::string_view network);

/// Its prefix length as a network of that family: 8 for `::ffff:10.0.0.0/104`. 0 for text that is no network.
int effectivePrefix(std::string_view network);

} // namespace lolscope

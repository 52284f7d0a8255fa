#pragma once

#include <string>

namespace lolscope::test {

/// Rules on what events are joined with, so that late facts change what they match.
inline const std::string kRules = R"(title: Connection of a child of a.exe
id: 22222222-0000-4000-8000-000000000001
logsource: {product: windows, category: network_connection}
detection: {selection: {ParentImage|endswith: '\a.exe'}, condition: selection}
level: high
---
title: Connection to x.example
id: 22222222-0000-4000-8000-000000000002
logsource: {product: windows, category: network_connection}
detection: {selection: {DestinationHostname: x.example}, condition: selection}
level: medium
---
title: Connection
name: connects
id: 22222222-0000-4000-8000-000000000003
logsource: {product: windows, category: network_connection}
detection: {selection: {Initiated: true}, condition: selection}
level: low
---
title: Query of a child of b.exe
id: 22222222-0000-4000-8000-000000000004
logsource: {product: windows, category: dns_query}
detection: {selection: {ParentImage|endswith: '\b.exe'}, condition: selection}
level: high
---
title: Start of a.exe
name: starts
id: 22222222-0000-4000-8000-000000000005
logsource: {product: windows, category: process_creation}
detection: {selection: {Image|endswith: '\a.exe'}, condition: selection}
level: low
---
title: Library loaded by a child of a.exe
id: 22222222-0000-4000-8000-000000000006
logsource: {product: windows, category: image_load}
detection: {selection: {ParentImage|endswith: '\a.exe'}, condition: selection}
level: high
---
title: End of b.exe
id: 22222222-0000-4000-8000-000000000007
logsource: {product: windows, category: process_termination}
detection: {selection: {Image|endswith: '\b.exe', ParentImage|contains: exe}, condition: selection}
level: low
)";
inline const std::string kCorrelations = R"(---
title: Many connections
id: 22222222-0000-4000-8000-0000000000c1
level: high
correlation: {type: event_count, rules: [connects], group-by: [Computer], timespan: 1m, condition: {gte: 3}}
---
title: Starts and connects
id: 22222222-0000-4000-8000-0000000000c2
level: critical
correlation: {type: temporal, rules: [starts, connects], group-by: [Computer, Image], timespan: 10s}
generate: true
)";

} // namespace lolscope::test

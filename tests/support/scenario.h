#pragma once

#include "tests/support/evtxwriter.h"

#include <filesystem>
#include <vector>

namespace lolscope::test {

/// A working day (2026-10-05, UTC) on two hosts, as Sysmon records in the order of their time. Names and
/// public addresses are reserved for documentation (RFC 2606, RFC 5737, RFC 3849), the hosts' own are
/// private.
///
/// With the bundled rules these are the alerts, and no others:
///
/// | host     | process (PID)           | destination                        | hits |
/// |----------|-------------------------|------------------------------------|------|
/// | WKS-042  | mshta (8440)            | cdn-sync.example:443               | 3    |
/// | WKS-042  | mshta (8440)            | asked for cdn-sync.example         | 1    |
/// | WKS-042  | regsvr32 (5316)         | 198.51.100.23:8080, no name        | 11   |
/// | BUILD-01 | InstallUtil (6688)      | api.build.example:443              | 2    |
/// | BUILD-01 | InstallUtil (6688)      | asked for api.build.example        | 1    |
/// | BUILD-01 | msiexec (3724, 7052)    | updates.vendor.example:443         | 4, 4 |
/// | BUILD-01 | msiexec (3724, 7052)    | asked for updates.vendor.example   | 1, 1 |
/// | WKS-042  | svch0st = certutil (9544) | files.cdn-sync.example:443       | 2    |
/// | WKS-042  | mshta (2268)            | accepted from 10.1.7.77 on 49707   | 1    |
///
/// The chains behind them: explorer > WINWORD > cmd > mshta > powershell > svch0st; explorer > cmd >
/// regsvr32; services > a vendor's updater > msiexec; a build agent > cmd > InstallUtil. The parents of
/// explorer, services and the like were started before the log begins.
std::vector<RecordSpec> sampleScenario();

/// Writes the scenario as one log: the bytes of resources/sample/sample.evtx.
Result<void> writeSample(const std::filesystem::path &path);

} // namespace lolscope::test

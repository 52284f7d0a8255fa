#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace lolscope {

// What the operating system says of this process.

std::string userName(); ///< Of who runs it; empty when that is unknown.
unsigned long processId();
std::filesystem::path programPath(); ///< Of its executable; empty when that is unknown.

/// The arguments of main() in UTF-8, the program's name first. Windows gives main() those that its code page
/// has characters for.
std::vector<std::string> utf8Arguments(int count, char **arguments);

/// Standard input and output are bytes, as they always are but on Windows, which translates line ends.
void writeBytesOnly();

} // namespace lolscope

#pragma once

#include <span>
#include <string_view>

namespace lolscope {

/// A file of `resources/` compiled into the programs; `name` is its path below `resources/`.
struct EmbeddedFile
{
    std::string_view name;
    std::string_view bytes;
};

/// The bundled Sigma rules (`resources/rules`).
std::span<const EmbeddedFile> bundledRules();

/// The sample log (`resources/sample`), for tests; `./dev run` opens the file itself.
std::span<const EmbeddedFile> sampleEvidence();

} // namespace lolscope

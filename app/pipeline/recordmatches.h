#pragma once

#include "app/pipeline/indexing.h"
#include "detection/engine/engine.h"
#include "model/base/result.h"

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace lolscope {

/// What matchRecords() does with a match: adds it to `text`. `evidence` is the absolute path of the file.
/// Called by several threads at once.
using WriteMatch = std::function<void(const std::string &evidence, const Event &event, const Match &match,
                                      std::string &text)>;

/// Runs the rules over evidence in one pass, each record alone and without a case, on all cores. `output`
/// gets the texts in the order of files and records, those of an event that was met before left out; its
/// first error ends the work. Memory does not grow with the evidence but by some 50 bytes for each event that
/// matches. Bad evidence costs only itself and is named in the summary, which counts records alone.
Result<IndexSummary> matchRecords(const std::vector<std::filesystem::path> &inputs, const Engine &engine,
                                  const WriteMatch &write,
                                  const std::function<Result<void>(const std::string &)> &output,
                                  const std::stop_token &stop, Progress &progress);

} // namespace lolscope

#pragma once

#include "app/jobs/alertview.h"

namespace lolscope {

class FactSheet;

// The sections of the details that only list what is known.

void addConnectionFacts(FactSheet &sheet, const AlertView &view);
/// Of a row of the process tree.
void addNodeFacts(FactSheet &sheet, const TreeNode &node);
void addProcessFacts(FactSheet &sheet, const ProcessRow &process);
void addCitations(FactSheet &sheet, const StoredEvent &event);
void addEventFacts(FactSheet &sheet, const StoredEvent &event);

} // namespace lolscope

#pragma once

#include <Qt>

namespace lolscope {

/// Roles that every model of this folder answers, in any column of a row. Display texts went through
/// visible(); these two are for the clipboard.
enum CommonRole {
    RawRowRole = Qt::UserRole + 1, ///< The row as logged, cells joined by tabs.
    DefangedRowRole, ///< The row with names and addresses no program makes a link of.
    FirstModelRole ///< Where the roles of one model begin.
};

} // namespace lolscope

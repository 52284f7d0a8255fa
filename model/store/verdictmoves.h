#pragma once

#include <SQLiteCpp/Database.h>

namespace lolscope {

/// Before the detections of a case are replaced: notes which of them, by rule and event, belong to alerts
/// somebody decided on, in the table temp.decided.
void noteDecidedAlerts(SQLite::Database &database);
/// Before some are: notes none yet.
void forgetDecidedAlerts(SQLite::Database &database);

/// Afterwards: verdicts of alerts that are gone follow their detections to the alerts these belong to now;
/// one whose detections are gone too stays, and says so by its id. Where several verdicts come to one alert
/// the gravest stands, of equal ones the latest, and their notes are joined. Each move is a row of the
/// journal.
///
/// All throw what sql::guarded() catches, within the caller's transaction.
void moveVerdicts(SQLite::Database &database);

} // namespace lolscope

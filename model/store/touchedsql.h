#pragma once

namespace lolscope {

// The SQL by which TouchedFacts finds what added facts touch, in temporary tables of its connection. In
// conditions on a GUID `+host_id` keeps SQLite, which has no statistics, from using an index by host instead.

// near_*: what is read together. Of starts with `with_parent` the parent is linked too; `fresh` GUIDs are
// those of new starts and ends. changed_*: what saving changed, noted by triggers.
inline constexpr const char *kTables = R"sql(
CREATE TEMP TABLE near_pid (host_id INTEGER, pid INTEGER, PRIMARY KEY (host_id, pid)) WITHOUT ROWID;
CREATE TEMP TABLE near_guid (host_id INTEGER, guid TEXT, fresh INTEGER, PRIMARY KEY (host_id, guid)) WITHOUT ROWID;
CREATE TEMP TABLE near_process (id INTEGER PRIMARY KEY, with_parent INTEGER NOT NULL);
CREATE TEMP TABLE near_end (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE near_connection (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE near_query (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE changed_guid (host_id INTEGER, guid TEXT, PRIMARY KEY (host_id, guid)) WITHOUT ROWID;
CREATE TEMP TABLE changed_process (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE changed_parent (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE changed_connection (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE changed_query (id INTEGER PRIMARY KEY, before INTEGER);
CREATE TEMP TABLE changed_event (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE changed_alert (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE left_process (id INTEGER PRIMARY KEY);

-- Of processes that only a Security start or no start at all stands for.
CREATE TEMP VIEW open_guid AS SELECT * FROM near_guid g WHERE NOT EXISTS (
    SELECT 1 FROM main.process p WHERE p.guid = g.guid AND +p.host_id = g.host_id AND p.source = 'logged' AND NOT p.from_security);

CREATE TEMP TRIGGER process_changed AFTER UPDATE OF guid, pid, image, user, source ON main.process
WHEN (old.guid, old.pid, old.image, old.user, old.source) IS NOT (new.guid, new.pid, new.image, new.user, new.source)
BEGIN INSERT OR IGNORE INTO changed_process VALUES (new.id); END;
CREATE TEMP TRIGGER process_merged AFTER UPDATE OF same_as ON main.process WHEN old.same_as IS NOT new.same_as
BEGIN INSERT OR IGNORE INTO changed_event VALUES (new.event_id); END;
CREATE TEMP TRIGGER parent_changed AFTER UPDATE OF parent_id ON main.process WHEN old.parent_id IS NOT new.parent_id
BEGIN
    INSERT OR IGNORE INTO changed_parent VALUES (new.id);
    INSERT OR IGNORE INTO left_process SELECT old.parent_id WHERE old.parent_id IS NOT NULL;
END;
CREATE TEMP TRIGGER end_changed AFTER UPDATE OF process_id ON main.process_end
BEGIN
    INSERT OR IGNORE INTO changed_event VALUES (new.event_id);
    INSERT OR IGNORE INTO left_process SELECT old.process_id WHERE old.process_id IS NOT NULL;
END;
CREATE TEMP TRIGGER connection_changed AFTER UPDATE OF process_id, same_as ON main.connection
BEGIN
    INSERT OR IGNORE INTO changed_event VALUES (new.event_id);
    INSERT OR IGNORE INTO changed_connection VALUES (new.id);
    INSERT OR IGNORE INTO left_process SELECT old.process_id WHERE old.process_id IS NOT NULL;
END;
CREATE TEMP TRIGGER name_changed AFTER UPDATE OF asked_query_id ON main.connection WHEN old.asked_query_id IS NOT new.asked_query_id
BEGIN INSERT OR IGNORE INTO changed_event VALUES (new.event_id); END;
CREATE TEMP TRIGGER query_changed AFTER UPDATE OF process_id ON main.dns_query
BEGIN
    INSERT OR IGNORE INTO changed_event VALUES (new.event_id);
    INSERT OR IGNORE INTO changed_query VALUES (new.id, old.process_id);
    INSERT OR IGNORE INTO left_process SELECT old.process_id WHERE old.process_id IS NOT NULL;
END;
)sql";

inline constexpr const char *kEmpty = R"sql(
DELETE FROM near_pid; DELETE FROM near_guid; DELETE FROM near_process; DELETE FROM near_end; DELETE FROM near_connection;
DELETE FROM near_query; DELETE FROM changed_guid; DELETE FROM changed_process; DELETE FROM changed_parent;
DELETE FROM changed_connection; DELETE FROM changed_query; DELETE FROM changed_event; DELETE FROM changed_alert;
DELETE FROM left_process;
)sql";

// The new facts; ?1 is the last event that was linked before.
inline constexpr const char *kBegin[] = {
    "INSERT INTO near_process SELECT id, 1 FROM process WHERE event_id > ?1",
    "INSERT INTO near_end SELECT event_id FROM process_end WHERE event_id > ?1",
    "INSERT INTO near_connection SELECT id FROM connection WHERE event_id > ?1",
    "INSERT INTO near_query SELECT id FROM dns_query WHERE event_id > ?1",
    "INSERT OR IGNORE INTO near_guid SELECT p.host_id, p.guid, 1 FROM near_process n CROSS JOIN process p ON "
    "p.id = n.id "
    "WHERE p.guid IS NOT NULL",
    "INSERT OR IGNORE INTO near_guid SELECT e.host_id, e.guid, 1 FROM near_end n CROSS JOIN process_end e ON "
    "e.event_id = n.id "
    "WHERE e.guid IS NOT NULL",
    "INSERT OR IGNORE INTO near_pid SELECT p.host_id, p.pid FROM near_process n CROSS JOIN process p ON p.id "
    "= n.id "
    "WHERE p.pid IS NOT NULL",
    // A Sysmon connection may be what a 5156 is a second record of.
    "INSERT OR IGNORE INTO near_connection SELECT s.id FROM near_connection n CROSS JOIN connection c ON "
    "c.id = n.id "
    "CROSS JOIN connection s ON s.host_id = c.host_id AND s.source_port = c.source_port AND s.time BETWEEN "
    "c.time - ?2 AND "
    "c.time + ?2 WHERE NOT c.from_security AND s.from_security AND coalesce(s.pid, 0) = coalesce(c.pid, 0)"};

// What these depend on; over and over until nothing is added.
inline constexpr const char *kClose[] = {
    // Second records and what they are second records of.
    "INSERT OR IGNORE INTO near_connection SELECT s.id FROM near_connection n CROSS JOIN connection c ON "
    "c.id = n.id "
    "CROSS JOIN connection s ON s.host_id = c.host_id AND s.source_port = c.source_port AND s.time BETWEEN "
    "c.time - ?2 AND "
    "c.time + ?2 WHERE c.from_security AND NOT s.from_security AND coalesce(s.pid, 0) = coalesce(c.pid, 0)",
    "INSERT OR IGNORE INTO near_connection SELECT s.id FROM near_connection n CROSS JOIN connection s ON "
    "s.same_as = n.id",
    // The GUIDs that facts name.
    "INSERT OR IGNORE INTO near_guid SELECT p.host_id, p.guid, 0 FROM near_process n CROSS JOIN process p ON "
    "p.id = n.id "
    "WHERE p.guid IS NOT NULL",
    "INSERT OR IGNORE INTO near_guid SELECT p.host_id, p.parent_guid, 0 FROM near_process n CROSS JOIN "
    "process p ON p.id = n.id "
    "WHERE n.with_parent AND p.parent_guid IS NOT NULL",
    "INSERT OR IGNORE INTO near_guid SELECT e.host_id, e.guid, 0 FROM near_end n CROSS JOIN process_end e ON "
    "e.event_id = n.id "
    "WHERE e.guid IS NOT NULL",
    "INSERT OR IGNORE INTO near_guid SELECT c.host_id, c.guid, 0 FROM near_connection n CROSS JOIN "
    "connection c ON c.id = n.id "
    "WHERE c.guid IS NOT NULL",
    "INSERT OR IGNORE INTO near_guid SELECT q.host_id, q.guid, 0 FROM near_query n CROSS JOIN dns_query q ON "
    "q.id = n.id "
    "WHERE q.guid IS NOT NULL",
    // The PIDs of facts that name no GUID.
    "INSERT OR IGNORE INTO near_pid SELECT p.host_id, p.pid FROM near_process n CROSS JOIN process p ON p.id "
    "= n.id "
    "WHERE p.from_security AND p.pid IS NOT NULL",
    "INSERT OR IGNORE INTO near_pid SELECT p.host_id, p.parent_pid FROM near_process n CROSS JOIN process p "
    "ON p.id = n.id "
    "WHERE n.with_parent AND p.parent_guid IS NULL AND p.parent_pid IS NOT NULL",
    "INSERT OR IGNORE INTO near_pid SELECT e.host_id, e.pid FROM near_end n CROSS JOIN process_end e ON "
    "e.event_id = n.id "
    "WHERE e.guid IS NULL AND e.pid IS NOT NULL",
    "INSERT OR IGNORE INTO near_pid SELECT c.host_id, c.pid FROM near_connection n CROSS JOIN connection c "
    "ON c.id = n.id "
    "WHERE c.guid IS NULL AND c.pid IS NOT NULL",
    "INSERT OR IGNORE INTO near_pid SELECT q.host_id, q.pid FROM near_query n CROSS JOIN dns_query q ON q.id "
    "= n.id "
    "WHERE q.guid IS NULL AND q.pid IS NOT NULL",
    // The first facts of GUIDs without a Sysmon start, in the order of linking: they tell which run it is.
    "INSERT OR IGNORE INTO near_connection SELECT first FROM (SELECT coalesce("
    "(SELECT id FROM connection WHERE guid = g.guid AND +host_id = g.host_id AND time IS NOT NULL ORDER BY "
    "time, pid, image, "
    "dest_ip, dest_port, source_ip, source_port, protocol, user, dest_hostname LIMIT 1), "
    "(SELECT id FROM connection WHERE guid = g.guid AND +host_id = g.host_id AND time IS NULL ORDER BY pid, "
    "image, "
    "dest_ip, dest_port, source_ip, source_port, protocol, user, dest_hostname LIMIT 1)) AS first FROM "
    "open_guid g) WHERE first "
    "IS NOT NULL",
    "INSERT OR IGNORE INTO near_query SELECT first FROM (SELECT coalesce("
    "(SELECT id FROM dns_query WHERE guid = g.guid AND +host_id = g.host_id AND time IS NOT NULL ORDER BY "
    "time, pid, image, name, "
    "status, user LIMIT 1), "
    "(SELECT id FROM dns_query WHERE guid = g.guid AND +host_id = g.host_id AND time IS NULL ORDER BY pid, "
    "image, name, status, "
    "user LIMIT 1)) AS first FROM open_guid g) WHERE first IS NOT NULL",
    "INSERT OR IGNORE INTO near_pid SELECT c.host_id, c.pid FROM near_connection n CROSS JOIN connection c "
    "ON c.id = n.id CROSS "
    "JOIN open_guid g ON g.host_id = c.host_id AND g.guid = c.guid WHERE c.pid IS NOT NULL",
    "INSERT OR IGNORE INTO near_pid SELECT q.host_id, q.pid FROM near_query n CROSS JOIN dns_query q ON q.id "
    "= n.id CROSS "
    "JOIN open_guid g ON g.host_id = q.host_id AND g.guid = q.guid WHERE q.pid IS NOT NULL",
    "INSERT OR IGNORE INTO near_pid SELECT e.host_id, e.pid FROM near_end n CROSS JOIN process_end e ON "
    "e.event_id = n.id CROSS "
    "JOIN open_guid g ON g.host_id = e.host_id AND g.guid = e.guid WHERE e.pid IS NOT NULL",
    "INSERT OR IGNORE INTO near_pid SELECT p.host_id, p.parent_pid FROM near_process n CROSS JOIN process p "
    "ON p.id = n.id CROSS "
    "JOIN open_guid g ON g.host_id = p.host_id AND g.guid = p.parent_guid WHERE n.with_parent AND "
    "p.parent_pid IS NOT NULL",
    // Rows that stood for these GUIDs so far.
    "INSERT OR IGNORE INTO near_pid SELECT p.host_id, p.pid FROM open_guid g CROSS JOIN process p ON p.guid "
    "= g.guid AND "
    "+p.host_id = g.host_id WHERE p.pid IS NOT NULL",
    "INSERT OR IGNORE INTO near_pid SELECT p.host_id, p.pid FROM near_guid g CROSS JOIN process p ON p.guid "
    "= g.guid AND "
    "+p.host_id = g.host_id WHERE g.fresh AND p.pid IS NOT NULL",
    // All of a PID, and of a GUID.
    "INSERT OR IGNORE INTO near_process SELECT p.id, 0 FROM near_pid n CROSS JOIN process p ON p.host_id = "
    "n.host_id AND "
    "p.pid = n.pid WHERE p.source = 'logged'",
    "INSERT OR IGNORE INTO near_end SELECT e.event_id FROM near_pid n CROSS JOIN process_end e ON e.host_id "
    "= n.host_id AND "
    "e.pid = n.pid",
    "INSERT OR IGNORE INTO near_guid SELECT p.host_id, p.guid, 0 FROM near_pid n CROSS JOIN process p ON "
    "p.host_id = n.host_id "
    "AND p.pid = n.pid WHERE p.source <> 'logged' AND p.guid IS NOT NULL",
    "INSERT OR IGNORE INTO near_process SELECT p.id, 0 FROM near_guid n CROSS JOIN process p ON p.guid = "
    "n.guid AND "
    "+p.host_id = n.host_id WHERE p.source = 'logged' AND NOT p.from_security",
    "INSERT OR IGNORE INTO near_end SELECT e.event_id FROM near_guid n CROSS JOIN process_end e ON e.guid = "
    "n.guid AND "
    "+e.host_id = n.host_id"};

} // namespace lolscope

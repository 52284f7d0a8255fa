#pragma once

namespace lolscope {

// The SQL by which TouchedFacts finds what added facts touch, in temporary tables of its connection. In
// conditions on a GUID `+host_id` keeps SQLite, which has no statistics, from using an index by host instead.

// near_*: what is read together. Of starts with `with_parent` the parent is linked too; a GUID is `fresh`
// where which row stands for it may have changed. near_time: when the runs of a PID may have changed;
// near_span: from the last run before such a time to what starts soon after it: those starts are linked anew,
// and facts up to `facts_to` may be theirs. first_*: the first facts of GUIDs without a Sysmon start.
// changed_*: what saving changed, noted by triggers.
inline constexpr const char *kTables = R"sql(
CREATE TEMP TABLE near_time (host_id INTEGER, pid INTEGER, time INTEGER, PRIMARY KEY (host_id, pid, time)) WITHOUT ROWID;
CREATE TEMP TABLE near_span (host_id INTEGER, pid INTEGER, time INTEGER, from_time INTEGER, to_time INTEGER, facts_to INTEGER,
    PRIMARY KEY (host_id, pid, time)) WITHOUT ROWID;
CREATE TEMP TABLE first_connection (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE first_query (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE first_child (id INTEGER PRIMARY KEY);
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

-- Starts that are read for what others need of them: they stay as they are.
CREATE TEMP VIEW near_settled AS SELECT p.id, p.host_id, p.pid, p.guid, p.same_as, iif(p.end_is_bound, NULL, p.end_time) AS end_time
FROM near_process n CROSS JOIN main.process p ON p.id = n.id
WHERE p.pid IS NOT NULL AND p.start_time IS NOT NULL AND NOT EXISTS (SELECT 1 FROM near_span s
    WHERE s.host_id = p.host_id AND s.pid = p.pid AND p.start_time BETWEEN s.from_time AND s.to_time);

-- When the runs of a PID are asked for.
CREATE TEMP VIEW asked_time AS
SELECT host_id, pid, from_time AS since, to_time AS until FROM near_span
UNION SELECT e.host_id, e.pid, e.time, e.time FROM near_end n CROSS JOIN main.process_end e ON e.event_id = n.id
    WHERE e.guid IS NULL OR EXISTS (SELECT 1 FROM open_guid g WHERE g.host_id = e.host_id AND g.guid = e.guid)
UNION SELECT c.host_id, c.pid, c.time, c.time FROM near_connection n CROSS JOIN main.connection c ON c.id = n.id WHERE c.guid IS NULL
UNION SELECT c.host_id, c.pid, c.time, c.time FROM first_connection n CROSS JOIN main.connection c ON c.id = n.id
UNION SELECT q.host_id, q.pid, q.time, q.time FROM near_query n CROSS JOIN main.dns_query q ON q.id = n.id WHERE q.guid IS NULL
UNION SELECT q.host_id, q.pid, q.time, q.time FROM first_query n CROSS JOIN main.dns_query q ON q.id = n.id
UNION SELECT p.host_id, p.parent_pid, p.start_time, p.start_time FROM near_process n CROSS JOIN main.process p ON p.id = n.id
    WHERE n.with_parent AND p.parent_guid IS NULL
UNION SELECT p.host_id, p.parent_pid, p.start_time, p.start_time FROM first_child n CROSS JOIN main.process p ON p.id = n.id;

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
DELETE FROM near_time; DELETE FROM near_span; DELETE FROM first_connection; DELETE FROM first_query; DELETE FROM first_child;
DELETE FROM near_guid; DELETE FROM near_process; DELETE FROM near_end; DELETE FROM near_connection; DELETE FROM near_query; DELETE FROM changed_guid; DELETE FROM changed_process; DELETE FROM changed_parent;
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
    "INSERT OR IGNORE INTO near_time SELECT p.host_id, p.pid, p.start_time FROM near_process n CROSS JOIN "
    "process p ON p.id = n.id WHERE p.pid IS NOT NULL AND p.start_time IS NOT NULL",
    "INSERT OR IGNORE INTO near_time SELECT e.host_id, e.pid, e.time FROM near_end n CROSS JOIN process_end "
    "e "
    "ON e.event_id = n.id WHERE e.guid IS NULL AND e.pid IS NOT NULL AND e.time IS NOT NULL",
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
    "WHERE p.guid IS NOT NULL AND n.id NOT IN (SELECT id FROM near_settled)",
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
    // The first facts of GUIDs without a Sysmon start, in the order of linking: they tell which run it is.
    "INSERT OR IGNORE INTO first_connection SELECT first FROM (SELECT coalesce("
    "(SELECT id FROM connection WHERE guid = g.guid AND +host_id = g.host_id AND time IS NOT NULL ORDER BY "
    "time, pid, image, "
    "dest_ip, dest_port, source_ip, source_port, protocol, user, dest_hostname LIMIT 1), "
    "(SELECT id FROM connection WHERE guid = g.guid AND +host_id = g.host_id AND time IS NULL ORDER BY pid, "
    "image, "
    "dest_ip, dest_port, source_ip, source_port, protocol, user, dest_hostname LIMIT 1)) AS first FROM "
    "open_guid g) WHERE first "
    "IS NOT NULL",
    "INSERT OR IGNORE INTO first_query SELECT first FROM (SELECT coalesce("
    "(SELECT id FROM dns_query WHERE guid = g.guid AND +host_id = g.host_id AND time IS NOT NULL ORDER BY "
    "time, pid, image, name, "
    "status, user LIMIT 1), "
    "(SELECT id FROM dns_query WHERE guid = g.guid AND +host_id = g.host_id AND time IS NULL ORDER BY pid, "
    "image, name, status, "
    "user LIMIT 1)) AS first FROM open_guid g) WHERE first IS NOT NULL",
    "INSERT OR IGNORE INTO near_connection SELECT id FROM first_connection",
    "INSERT OR IGNORE INTO near_query SELECT id FROM first_query",
    "INSERT INTO near_process SELECT id, 1 FROM first_child WHERE true ON CONFLICT (id) DO UPDATE SET "
    "with_parent = 1 WHERE NOT with_parent",
    // New first facts may be of another run than those before. So may be those of the parents that the starts
    // of one process name, when another of them counts.
    "INSERT INTO near_guid SELECT c.host_id, c.guid, 1 FROM first_connection n CROSS JOIN connection c ON "
    "c.id = n.id WHERE c.event_id > ?1 ON CONFLICT DO UPDATE SET fresh = 1 WHERE NOT fresh",
    "INSERT INTO near_guid SELECT q.host_id, q.guid, 1 FROM first_query n CROSS JOIN dns_query q ON q.id = "
    "n.id WHERE q.event_id > ?1 ON CONFLICT DO UPDATE SET fresh = 1 WHERE NOT fresh",
    "INSERT INTO near_guid SELECT p.host_id, p.parent_guid, 1 FROM first_child n CROSS JOIN process p ON "
    "p.id "
    "= n.id WHERE p.event_id > ?1 ON CONFLICT DO UPDATE SET fresh = 1 WHERE NOT fresh",
    "INSERT INTO near_guid SELECT p.host_id, p.parent_guid, 1 FROM near_guid g CROSS JOIN process p ON "
    "p.guid "
    "= g.guid AND +p.host_id = g.host_id WHERE g.fresh AND p.parent_guid IS NOT NULL AND p.source = 'logged' "
    "AND NOT p.from_security AND EXISTS (SELECT 1 FROM process o WHERE o.guid = p.guid AND +o.host_id = "
    "p.host_id AND o.id <> p.id AND o.source = 'logged' AND NOT o.from_security) ON CONFLICT DO UPDATE SET "
    "fresh = 1 WHERE NOT fresh",
    // When runs of a PID may have changed: at the first facts of such a GUID, and where it was so far.
    "INSERT OR IGNORE INTO near_time SELECT c.host_id, c.pid, c.time FROM first_connection n CROSS JOIN "
    "connection c ON c.id = n.id CROSS JOIN near_guid g ON g.host_id = c.host_id AND g.guid = c.guid WHERE "
    "g.fresh AND c.pid IS NOT NULL AND c.time IS NOT NULL",
    "INSERT OR IGNORE INTO near_time SELECT q.host_id, q.pid, q.time FROM first_query n CROSS JOIN dns_query "
    "q ON q.id = n.id CROSS JOIN near_guid g ON g.host_id = q.host_id AND g.guid = q.guid WHERE g.fresh AND "
    "q.pid IS NOT NULL AND q.time IS NOT NULL",
    "INSERT OR IGNORE INTO near_time SELECT p.host_id, p.parent_pid, p.start_time FROM first_child n CROSS "
    "JOIN process p ON p.id = n.id CROSS JOIN near_guid g ON g.host_id = p.host_id AND g.guid = "
    "p.parent_guid "
    "WHERE g.fresh AND p.parent_pid IS NOT NULL AND p.start_time IS NOT NULL",
    "INSERT OR IGNORE INTO near_time SELECT e.host_id, e.pid, e.time FROM near_end n CROSS JOIN process_end "
    "e "
    "ON e.event_id = n.id CROSS JOIN open_guid g ON g.host_id = e.host_id AND g.guid = e.guid WHERE g.fresh "
    "AND e.pid IS NOT NULL AND e.time IS NOT NULL",
    "INSERT OR IGNORE INTO near_time SELECT p.host_id, p.pid, p.start_time FROM near_guid g CROSS JOIN "
    "process p ON p.guid = g.guid AND +p.host_id = g.host_id WHERE g.fresh AND p.pid IS NOT NULL AND "
    "p.start_time IS NOT NULL",
    // The starts around such a time and the last run before it; what may be theirs, and who may be one.
    "INSERT OR IGNORE INTO near_span SELECT host_id, pid, time, from_time, time + ?3, coalesce((SELECT "
    "min(p.start_time) FROM process p WHERE p.host_id = t.host_id AND p.pid = t.pid AND p.start_time > "
    "t.time + ?3 AND p.same_as IS NULL) + ?3, ?4) FROM (SELECT *, coalesce((SELECT max(p.start_time) FROM "
    "process p WHERE p.host_id = n.host_id AND p.pid = n.pid AND p.start_time < n.time - ?3 AND p.same_as IS "
    "NULL), n.time - ?3) AS from_time FROM near_time n) t",
    "INSERT OR IGNORE INTO near_process SELECT p.id, 0 FROM near_span n CROSS JOIN process p ON p.host_id = "
    "n.host_id AND p.pid = n.pid AND p.start_time BETWEEN n.from_time AND n.to_time",
    "INSERT OR IGNORE INTO near_end SELECT e.event_id FROM near_span n CROSS JOIN process_end e ON e.host_id "
    "= n.host_id AND e.pid = n.pid AND e.time BETWEEN n.from_time - ?3 AND n.facts_to WHERE e.guid IS NULL",
    "INSERT OR IGNORE INTO near_guid SELECT m.host_id, m.guid, 0 FROM near_span n CROSS JOIN process m ON "
    "m.host_id = n.host_id AND m.pid = n.pid AND m.start_time IS NULL WHERE m.source <> 'logged' AND m.guid "
    "IS NOT NULL AND EXISTS (SELECT 1 FROM process p WHERE p.host_id = n.host_id AND p.pid = n.pid AND "
    "p.start_time BETWEEN n.from_time AND n.to_time AND p.from_security)",
    // The runs that stand beside them, and those that other facts may be of.
    "INSERT OR IGNORE INTO near_process SELECT p.id, 0 FROM asked_time t CROSS JOIN process p ON p.host_id = "
    "t.host_id AND p.pid = t.pid AND p.start_time BETWEEN t.since - ?3 AND t.until + ?3 WHERE p.same_as IS "
    "NULL",
    "INSERT OR IGNORE INTO near_process SELECT p.id, 0 FROM asked_time t CROSS JOIN process p ON p.host_id = "
    "t.host_id AND p.pid = t.pid AND p.start_time = (SELECT max(l.start_time) FROM process l WHERE l.host_id "
    "= t.host_id AND l.pid = t.pid AND l.start_time < t.since - ?3 AND l.same_as IS NULL) WHERE p.same_as IS "
    "NULL",
    "INSERT OR IGNORE INTO near_process SELECT id, 0 FROM (SELECT (SELECT p.id FROM process p WHERE "
    "p.host_id "
    "= n.host_id AND p.pid = n.pid AND p.start_time > n.to_time AND p.same_as IS NULL ORDER BY p.start_time "
    "LIMIT 1) AS id FROM near_span n) WHERE id IS NOT NULL",
    // All of a GUID.
    "INSERT OR IGNORE INTO near_process SELECT p.id, 0 FROM near_guid n CROSS JOIN process p ON p.guid = "
    "n.guid AND "
    "+p.host_id = n.host_id WHERE p.source = 'logged' AND NOT p.from_security",
    "INSERT OR IGNORE INTO near_end SELECT e.event_id FROM near_guid n CROSS JOIN process_end e ON e.guid = "
    "n.guid AND "
    "+e.host_id = n.host_id"};

} // namespace lolscope

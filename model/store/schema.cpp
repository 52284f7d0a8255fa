#include "model/store/schema.h"

namespace lolscope {

const char *const kCaseSchema = R"sql(
-- What has to be done again after an interruption: 'links' and 'detections', '1' while they are out of date.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL,
    sha256 TEXT UNIQUE,                -- lower-case hex; NULL when the file could not be read, and for live evidence
    bytes INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('indexing', 'done', 'failed', 'live')),
    records INTEGER NOT NULL DEFAULT 0,
    duplicates INTEGER NOT NULL DEFAULT 0,
    recovered INTEGER NOT NULL DEFAULT 0,
    lost INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    added TEXT NOT NULL                -- ISO 8601 UTC
) STRICT;
-- Live evidence: read while it grows, so there is no SHA-256 that its events could be held against. What the case has
-- of it is whole up to the bookmark, which is written in one transaction with the events before it. A source that was
-- cleared or replaced goes on as evidence of its own; of several rows with one path the last one counts.
CREATE TABLE source (
    evidence_id INTEGER PRIMARY KEY REFERENCES evidence(id),
    bookmark TEXT NOT NULL             -- where reading goes on, in the source's own words; empty where it cannot
) STRICT;
-- Files that are to be read and not settled yet: what a killed run leaves undone.
CREATE TABLE pending (path TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE damage (
    evidence_id INTEGER NOT NULL REFERENCES evidence(id),
    byte_offset INTEGER,
    record_id INTEGER,
    records INTEGER NOT NULL,          -- live records lost by it
    slack INTEGER NOT NULL,            -- 1: about leftovers behind the live records
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX damage_by_evidence ON damage(evidence_id);

CREATE TABLE host (id INTEGER PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE) STRICT;
-- What kind of event it is, by the record itself.
CREATE TABLE kind (
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    channel TEXT NOT NULL,
    event_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    level INTEGER NOT NULL,
    UNIQUE (provider, channel, event_id, version, level)
) STRICT;
-- Which fields an event has: JSON lists of names in record order, System values apart.
CREATE TABLE shape (id INTEGER PRIMARY KEY, system TEXT NOT NULL, data TEXT NOT NULL, UNIQUE (system, data)) STRICT;
CREATE TABLE process_guid (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    host_id INTEGER NOT NULL REFERENCES host(id),
    kind_id INTEGER NOT NULL REFERENCES kind(id),
    shape_id INTEGER NOT NULL REFERENCES shape(id),
    record_id INTEGER,                 -- EventRecordID
    time INTEGER,                      -- UtcTime where the event carries it, else TimeCreated
    time_created INTEGER,
    process_guid_id INTEGER REFERENCES process_guid(id), -- of the process it is about, upper case
    -- Where it was read first; further places are in citation.
    evidence_id INTEGER NOT NULL REFERENCES evidence(id),
    ordinal INTEGER NOT NULL,          -- position among the events of the evidence, from 0
    chunk INTEGER,
    byte_offset INTEGER,
    header_record_id INTEGER,
    recovered INTEGER NOT NULL,
    key BLOB NOT NULL                  -- half a SHA-256 over host, channel, record id, time and content: its identity
) STRICT;
-- The values that the shapes name, packed for runs of neighbouring events (Zstandard; see packedevents.h).
CREATE TABLE payload (
    first_event INTEGER PRIMARY KEY REFERENCES event(id), -- the others follow by id
    data BLOB NOT NULL
) STRICT;
-- Records as XML, where the evidence cannot be read again (live sources, what only libevtx could read); packed in the
-- same way, with one value for each event, or none.
CREATE TABLE record_xml (
    first_event INTEGER PRIMARY KEY REFERENCES event(id),
    data BLOB NOT NULL
) STRICT;
-- Events that a rule may match, for the rules that meta 'candidates' names; other events no rule matches.
CREATE TABLE candidate (event_id INTEGER PRIMARY KEY REFERENCES event(id)) STRICT;
CREATE TABLE citation (
    event_id INTEGER NOT NULL REFERENCES event(id),
    evidence_id INTEGER NOT NULL REFERENCES evidence(id),
    ordinal INTEGER NOT NULL,
    chunk INTEGER,
    byte_offset INTEGER,
    header_record_id INTEGER,
    recovered INTEGER NOT NULL,
    PRIMARY KEY (event_id, evidence_id, ordinal)
) STRICT, WITHOUT ROWID;

-- Texts that are long and repeat themselves, for rows that name them by id. One may be here several times.
CREATE TABLE shared_text (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE process (
    id INTEGER PRIMARY KEY,
    host_id INTEGER NOT NULL REFERENCES host(id),
    source TEXT NOT NULL CHECK (source IN ('logged', 'derived', 'ghost')),
    event_id INTEGER UNIQUE REFERENCES event(id), -- its start
    from_security INTEGER NOT NULL DEFAULT 0,     -- 1: event 4688, lower fidelity
    same_as INTEGER REFERENCES process(id),       -- a second record of the same start (4688 beside Sysmon 1)
    guid TEXT,
    pid INTEGER,
    image TEXT NOT NULL DEFAULT '',
    command_line TEXT NOT NULL DEFAULT '',
    original_file_name TEXT NOT NULL DEFAULT '',
    user TEXT NOT NULL DEFAULT '',
    integrity_level TEXT NOT NULL DEFAULT '',
    hashes_id INTEGER REFERENCES shared_text(id), -- NULL: none; so below
    start_time INTEGER,
    end_time INTEGER,
    end_is_bound INTEGER NOT NULL DEFAULT 0,      -- 1: only the next start of the same PID
    parent_id INTEGER REFERENCES process(id),
    parent_link TEXT NOT NULL DEFAULT 'none' CHECK (parent_link IN ('none', 'guid', 'pid and time', 'cut')),
    parent_guid TEXT,
    parent_pid INTEGER,
    parent_image TEXT NOT NULL DEFAULT '',
    parent_command_line_id INTEGER REFERENCES shared_text(id)
) STRICT;

-- Ends of processes, as logged.
CREATE TABLE process_end (
    event_id INTEGER PRIMARY KEY REFERENCES event(id),
    host_id INTEGER NOT NULL REFERENCES host(id),
    process_id INTEGER REFERENCES process(id),
    guid TEXT,
    pid INTEGER,
    image TEXT NOT NULL DEFAULT '',
    time INTEGER
) STRICT;

CREATE TABLE dns_query (
    id INTEGER PRIMARY KEY,
    event_id INTEGER NOT NULL UNIQUE REFERENCES event(id),
    host_id INTEGER NOT NULL REFERENCES host(id),
    process_id INTEGER REFERENCES process(id),
    guid TEXT,
    pid INTEGER,
    image TEXT NOT NULL DEFAULT '',
    user TEXT NOT NULL DEFAULT '',
    time INTEGER,
    name TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE dns_answer (
    dns_query_id INTEGER NOT NULL REFERENCES dns_query(id),
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    address TEXT,                      -- in one form an address (v4-mapped ones as IPv4); NULL for a name
    PRIMARY KEY (dns_query_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE connection (
    id INTEGER PRIMARY KEY,
    event_id INTEGER NOT NULL UNIQUE REFERENCES event(id),
    host_id INTEGER NOT NULL REFERENCES host(id),
    process_id INTEGER REFERENCES process(id),
    from_security INTEGER NOT NULL DEFAULT 0,     -- 1: event 5156, lower fidelity
    same_as INTEGER REFERENCES connection(id),    -- a second record of the same connection (5156 beside Sysmon 3)
    guid TEXT,
    pid INTEGER,
    image TEXT NOT NULL DEFAULT '',
    user TEXT NOT NULL DEFAULT '',
    time INTEGER,
    protocol TEXT NOT NULL DEFAULT '',
    initiated INTEGER,
    source_ip TEXT NOT NULL DEFAULT '',
    source_port TEXT NOT NULL DEFAULT '',
    dest_ip TEXT NOT NULL DEFAULT '',             -- as logged
    dest_address TEXT,                            -- in one form an address
    dest_port TEXT NOT NULL DEFAULT '',
    dest_scope TEXT NOT NULL DEFAULT '',
    dest_hostname TEXT NOT NULL DEFAULT '',       -- Sysmon's reverse lookup
    asked_query_id INTEGER REFERENCES dns_query(id),
    asked_by_same_process INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE rule (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    level INTEGER NOT NULL,            -- 0 informational ... 4 critical
    status TEXT NOT NULL,
    author TEXT NOT NULL,
    description TEXT NOT NULL,
    source TEXT NOT NULL,
    tags TEXT NOT NULL,                -- JSON lists
    "references" TEXT NOT NULL,
    false_positives TEXT NOT NULL,
    text TEXT NOT NULL,                -- the YAML it was loaded from
    digest TEXT NOT NULL,              -- of what it means, so that a change of it shows
    is_correlation INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alert (
    id TEXT PRIMARY KEY,               -- 32 hex digits
    rule_id TEXT NOT NULL REFERENCES rule(id),
    host_id INTEGER NOT NULL REFERENCES host(id),
    process_id INTEGER REFERENCES process(id),
    shape TEXT NOT NULL,
    first_seen INTEGER,
    last_seen INTEGER,
    hits INTEGER NOT NULL,
    user TEXT NOT NULL,
    image TEXT NOT NULL,
    dest_name TEXT NOT NULL,
    dest_name_source TEXT NOT NULL CHECK (dest_name_source IN ('asked', 'reverse', 'none')),
    dest_ip TEXT NOT NULL,             -- of the first hit
    dest_port TEXT NOT NULL,
    protocol TEXT NOT NULL,
    dest_scope TEXT NOT NULL,
    initiated INTEGER,
    allowlist_id TEXT                  -- the item that allows it, until it expires
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_by_process ON alert(process_id);
CREATE TABLE detection (
    id INTEGER PRIMARY KEY,
    rule_id TEXT NOT NULL REFERENCES rule(id),
    event_id INTEGER NOT NULL REFERENCES event(id),
    alert_id TEXT NOT NULL REFERENCES alert(id),
    connection_id INTEGER REFERENCES connection(id),
    dns_query_id INTEGER REFERENCES dns_query(id),
    matched TEXT NOT NULL,             -- JSON: [{field, value, test, source}]
    UNIQUE (rule_id, event_id, alert_id) -- of a correlation rule an event may be in several groups
) STRICT;
CREATE INDEX detection_by_alert ON detection(alert_id);
-- What the last run of the rules left open, so that silence is not taken for an answer.
CREATE TABLE loss (
    rule_id TEXT REFERENCES rule(id),  -- NULL: of all rules, or of the correlation rules together
    reason TEXT NOT NULL,
    count INTEGER NOT NULL             -- of a rule: events; else what the reason says
) STRICT;

-- Decisions. They outlive a new run of the rules.
CREATE TABLE verdict (
    alert_id TEXT PRIMARY KEY,
    verdict TEXT NOT NULL CHECK (verdict IN ('none', 'benign', 'suspicious', 'malicious')),
    note TEXT NOT NULL,
    author TEXT NOT NULL,
    time TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE allowlist (
    id TEXT PRIMARY KEY,               -- UUID
    title TEXT NOT NULL,
    reason TEXT NOT NULL,
    author TEXT NOT NULL,
    created TEXT NOT NULL,
    expires TEXT,
    filter TEXT NOT NULL               -- the whole item as a Sigma filter document
) STRICT, WITHOUT ROWID;
-- Who did what, when; rows are only ever added.
CREATE TABLE journal (
    id INTEGER PRIMARY KEY,
    time TEXT NOT NULL,
    author TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,              -- alert id, allowlist item id, path, ...
    details TEXT NOT NULL
) STRICT;

CREATE VIEW alert_status AS
SELECT alert.id, CASE WHEN coalesce(verdict.verdict, 'none') <> 'none' THEN 'decided'
                      WHEN EXISTS (SELECT 1 FROM allowlist WHERE allowlist.id = alert.allowlist_id AND (expires IS NULL OR
                            expires > strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))) THEN 'allowed' ELSE 'open' END AS status,
       coalesce(verdict.verdict, 'none') AS verdict, coalesce(verdict.note, '') AS note
FROM alert LEFT JOIN verdict ON verdict.alert_id = alert.id;

CREATE VIEW event_text AS
SELECT event.id, strftime('%Y-%m-%dT%H:%M:%fZ', event.time / 1e7, 'unixepoch') AS time, host.name AS computer, kind.provider,
       kind.channel, kind.event_id, event.record_id, process_guid.text AS process_guid, evidence.path AS evidence,
       event.chunk, event.byte_offset
FROM event JOIN host ON host.id = event.host_id JOIN kind ON kind.id = event.kind_id
     JOIN evidence ON evidence.id = event.evidence_id LEFT JOIN process_guid ON process_guid.id = event.process_guid_id;
CREATE VIEW connection_text AS
SELECT connection.id, strftime('%Y-%m-%dT%H:%M:%fZ', connection.time / 1e7, 'unixepoch') AS time, host.name AS computer,
       connection.image, connection.pid, connection.user, connection.protocol, connection.initiated, connection.source_ip,
       connection.source_port, connection.dest_ip, connection.dest_port, connection.dest_scope, dns_query.name AS asked_name,
       connection.dest_hostname AS reverse_name, connection.process_id, connection.event_id
FROM connection JOIN host ON host.id = connection.host_id LEFT JOIN dns_query ON dns_query.id = connection.asked_query_id
WHERE connection.same_as IS NULL;
CREATE VIEW process_text AS
SELECT process.id, host.name AS computer, process.source, process.guid, process.pid, process.image, process.command_line,
       process.user, process.integrity_level, hashes.text AS hashes,
       strftime('%Y-%m-%dT%H:%M:%fZ', process.start_time / 1e7, 'unixepoch') AS start_time,
       strftime('%Y-%m-%dT%H:%M:%fZ', process.end_time / 1e7, 'unixepoch') AS end_time, process.parent_id,
       process.parent_image, parent_command.text AS parent_command_line, process.event_id
FROM process JOIN host ON host.id = process.host_id LEFT JOIN shared_text hashes ON hashes.id = process.hashes_id
     LEFT JOIN shared_text parent_command ON parent_command.id = process.parent_command_line_id
WHERE process.same_as IS NULL;
CREATE VIEW alert_text AS
SELECT alert.id, alert_status.status, alert_status.verdict, rule.level, rule.title AS rule, host.name AS computer, alert.user,
       alert.image, alert.dest_name, alert.dest_ip, alert.dest_port, alert.hits,
       strftime('%Y-%m-%dT%H:%M:%fZ', alert.first_seen / 1e7, 'unixepoch') AS first_seen,
       strftime('%Y-%m-%dT%H:%M:%fZ', alert.last_seen / 1e7, 'unixepoch') AS last_seen, alert_status.note
FROM alert JOIN rule ON rule.id = alert.rule_id JOIN host ON host.id = alert.host_id
     JOIN alert_status ON alert_status.id = alert.id;
)sql";

const char *const kEventIndexes = R"sql(
CREATE INDEX IF NOT EXISTS event_by_time ON event(time, id);
CREATE INDEX IF NOT EXISTS event_by_process ON event(process_guid_id) WHERE process_guid_id IS NOT NULL;
)sql";

const char *const kJoinIndex =
    "CREATE INDEX IF NOT EXISTS process_by_guid ON process(guid) WHERE guid IS NOT NULL";

const char *const kFactIndexes = R"sql(
CREATE INDEX IF NOT EXISTS process_by_parent ON process(parent_id);
CREATE INDEX IF NOT EXISTS process_by_same ON process(same_as) WHERE same_as IS NOT NULL;
CREATE INDEX IF NOT EXISTS process_end_by_process ON process_end(process_id);
CREATE INDEX IF NOT EXISTS dns_query_by_process ON dns_query(process_id, time);
CREATE INDEX IF NOT EXISTS dns_answer_by_address ON dns_answer(address) WHERE address IS NOT NULL;
CREATE INDEX IF NOT EXISTS connection_by_process ON connection(process_id, time);
)sql";

const char *const kEventIdentityIndex =
    "CREATE INDEX IF NOT EXISTS event_by_identity ON event(host_id, record_id, key)";

const char *const kLiveIndexes = R"sql(
CREATE INDEX IF NOT EXISTS process_by_pid_and_time ON process(host_id, pid, start_time);
CREATE INDEX IF NOT EXISTS process_by_parent_and_time ON process(parent_id, start_time) WHERE parent_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS process_by_parent_guid ON process(parent_guid, start_time) WHERE parent_guid IS NOT NULL;
CREATE INDEX IF NOT EXISTS process_by_parent_pid ON process(host_id, parent_pid, start_time) WHERE parent_guid IS NULL;
CREATE INDEX IF NOT EXISTS process_end_by_pid_and_time ON process_end(host_id, pid, time) WHERE guid IS NULL;
CREATE INDEX IF NOT EXISTS process_end_by_guid ON process_end(guid) WHERE guid IS NOT NULL;
CREATE INDEX IF NOT EXISTS connection_by_guid ON connection(guid, time) WHERE guid IS NOT NULL;
CREATE INDEX IF NOT EXISTS connection_by_pid ON connection(host_id, pid, time) WHERE guid IS NULL;
CREATE INDEX IF NOT EXISTS connection_by_port ON connection(host_id, source_port, time);
CREATE INDEX IF NOT EXISTS connection_by_address ON connection(host_id, dest_address, time) WHERE dest_address IS NOT NULL;
CREATE INDEX IF NOT EXISTS connection_by_same ON connection(same_as) WHERE same_as IS NOT NULL;
CREATE INDEX IF NOT EXISTS dns_query_by_guid ON dns_query(guid, time) WHERE guid IS NOT NULL;
CREATE INDEX IF NOT EXISTS dns_query_by_pid ON dns_query(host_id, pid, time) WHERE guid IS NULL;
CREATE INDEX IF NOT EXISTS detection_by_event ON detection(event_id);
)sql";

} // namespace lolscope

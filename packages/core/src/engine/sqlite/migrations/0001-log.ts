/**
 * The first shape of the file.
 *
 * Runs are filed in groups, one per combination of pattern, domain, state and outcome that ever occurred. Every
 * question about runs (engine/sqlite/find-runs.ts) is then a merge of a few sorted groups, and three indexes serve all
 * combinations of filter and order, where plain indexes would take one for each. Leaving unfinished runs out of
 * `runs_by_started` saved 1 of 27 µs of processor time per 3-step run, and made the default page read all of them.
 *
 * A row of `events` holds `count` events of one run that were committed together (engine/sqlite/event-rows.ts):
 * `position` and `seq` are those of the first.
 *
 * The times of runs are REAL because a clock may give fractions; SQLite keeps whole numbers in such columns as integers
 * of 6 bytes.
 */
export const LOG_TABLES = `
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  position INTEGER PRIMARY KEY,
  run_key INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  count INTEGER NOT NULL,
  body ANY NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_by_run ON events (run_key, seq);

CREATE TABLE payloads (
  id INTEGER PRIMARY KEY,
  value ANY NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE run_groups (
  id INTEGER PRIMARY KEY,
  pattern TEXT NOT NULL,
  domain TEXT NOT NULL,
  state TEXT NOT NULL,
  outcome TEXT NOT NULL,
  UNIQUE (pattern, domain, state, outcome)
) STRICT;

CREATE TABLE runs (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  group_id INTEGER NOT NULL,
  pattern_version TEXT NOT NULL,
  context TEXT NOT NULL,
  input INTEGER,
  input_digest TEXT NOT NULL,
  started_at REAL NOT NULL,
  ended_at REAL,
  duration REAL AS (ended_at - started_at) VIRTUAL
) STRICT;
CREATE INDEX runs_unfinished ON runs (group_id) WHERE ended_at IS NULL;
CREATE INDEX runs_by_started ON runs (group_id, started_at);
CREATE INDEX runs_by_ended ON runs (group_id, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX runs_by_duration ON runs (group_id, duration) WHERE ended_at IS NOT NULL;

CREATE TABLE folds (
  name TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  position INTEGER NOT NULL,
  state ANY NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE inbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  request ANY NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;

INSERT INTO settings (name, value) VALUES ('log-id', lower(hex(randomblob(16))));
`;

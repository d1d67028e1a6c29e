/**
 * Groups that stay small and few (engine/sqlite/run-groups.ts): a group of runs that have ended is for one era, and runs of
 * rare domains, which share groups, name their domain themselves.
 *
 * The indexes by end and by duration carry the start, so that a page bounded by it is read off them alone.
 */
export const GROUP_ERAS = `
CREATE TABLE groups_by_era (
  id INTEGER PRIMARY KEY,
  pattern TEXT NOT NULL,
  domain TEXT,
  state TEXT NOT NULL,
  outcome TEXT NOT NULL,
  era INTEGER NOT NULL,
  UNIQUE (pattern, domain, state, outcome, era)
) STRICT;
INSERT INTO groups_by_era SELECT id, pattern, domain, state, outcome, 0 FROM run_groups;
DROP TABLE run_groups;
ALTER TABLE groups_by_era RENAME TO run_groups;
CREATE INDEX run_groups_by_domain ON run_groups (domain);

ALTER TABLE runs ADD COLUMN rare_domain TEXT;
CREATE INDEX runs_by_rare_domain ON runs (rare_domain) WHERE rare_domain IS NOT NULL;

DROP INDEX runs_by_ended;
DROP INDEX runs_by_duration;
CREATE INDEX runs_by_ended ON runs (group_id, ended_at, key, started_at) WHERE ended_at IS NOT NULL;
CREATE INDEX runs_by_duration ON runs (group_id, duration, key, started_at) WHERE ended_at IS NOT NULL;
`;

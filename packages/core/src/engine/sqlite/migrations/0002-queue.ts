/**
 * Runs that wait to begin, and where a run comes from.
 *
 * `queue` is a fold like `runs`: a run is in it from its run-started to its run-admitted or run-ended. A delayed run has
 * `not_before`, and is in no lane until then.
 */
export const QUEUE_TABLES = `
ALTER TABLE runs ADD COLUMN origin TEXT;

CREATE TABLE queue (
  run_key INTEGER PRIMARY KEY,
  place_order INTEGER NOT NULL,
  lane TEXT NOT NULL,
  priority INTEGER NOT NULL,
  queued_at REAL NOT NULL,
  not_before REAL,
  deadline REAL
) STRICT;
CREATE INDEX queue_by_lane ON queue (lane, priority, place_order) WHERE not_before IS NULL;
CREATE INDEX queue_by_time ON queue (coalesce(not_before, deadline))
  WHERE not_before IS NOT NULL OR deadline IS NOT NULL;
`;

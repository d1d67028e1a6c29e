/**
 * What retention needs: who came of a run, and what was trimmed but is not deleted yet.
 *
 * The two indexes hold only runs that were started by another one or forked from one: the others, nearly all, cost
 * them nothing but the look at an empty column.
 *
 * The rows of a trimmed run go with it where they are few. Those of a long one are listed here and go in later, small
 * commits; `trimmed_payloads.ids` is a JSON list.
 */
export const RETENTION_TABLES = `
ALTER TABLE folds ADD COLUMN since INTEGER NOT NULL DEFAULT 0;

CREATE INDEX runs_by_parent ON runs (json_extract(origin, '$.parent.run'))
  WHERE json_extract(origin, '$.parent.run') IS NOT NULL;
CREATE INDEX runs_by_fork ON runs (json_extract(origin, '$.forkedFrom.run'))
  WHERE json_extract(origin, '$.forkedFrom.run') IS NOT NULL;

CREATE TABLE trimmed_runs (
  run_key INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE trimmed_payloads (
  id INTEGER PRIMARY KEY,
  ids TEXT NOT NULL
) STRICT;
`;

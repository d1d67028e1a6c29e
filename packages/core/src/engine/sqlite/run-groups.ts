/**
 * The group a run is filed in: its pattern, domain, state and outcome. Groups are made when first needed and stay.
 *
 * A group made in a transaction that was rolled back is unknown to the file, so the memory is cleared then.
 */
import type { OutcomeStatus, RunState } from "../../delegation/outcome.ts";
import { numberIn, textIn } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { outcomeOf, stateOf } from "./run-rows.ts";

export interface RunGroup {
  readonly id: number;
  readonly pattern: string;
  readonly domain: string;
  readonly state: RunState;
  readonly outcome: OutcomeStatus | undefined;
}

/** Domains can be many, such as one per customer; what is forgotten is found again in the file. */
const REMEMBERED_MAX = 10_000;

const FIND_GROUP = "SELECT id FROM run_groups WHERE pattern = ? AND domain = ? AND state = ? AND outcome = ?";
const MAKE_GROUP =
  "INSERT INTO run_groups (pattern, domain, state, outcome) VALUES (?, ?, ?, ?) RETURNING id";
const GROUP_OF_RUN = `
SELECT run_groups.id, pattern, domain, state, outcome
FROM runs JOIN run_groups ON run_groups.id = group_id WHERE key = ?`;

export class RunGroups {
  readonly #connection: Connection;
  readonly #remembered = new Map<string, RunGroup>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The group of runs like this, made if there was none. */
  like(run: Omit<RunGroup, "id">): RunGroup {
    const { pattern, domain, state, outcome } = run;
    const name = `${state} ${outcome} ${pattern.length} ${pattern} ${domain}`;
    const known = this.#remembered.get(name);
    if (known) return known;
    const columns = [pattern, domain, state, outcome ?? ""];
    const row =
      this.#connection.statement(FIND_GROUP).get(...columns) ??
      this.#connection.statement(MAKE_GROUP).get(...columns);
    const group = { id: numberIn(row, "id"), pattern, domain, state, outcome };
    if (this.#remembered.size >= REMEMBERED_MAX) this.#remembered.clear();
    this.#remembered.set(name, group);
    return group;
  }

  /** The group a stored run is in. */
  ofRun(key: number): RunGroup | undefined {
    const row = this.#connection.statement(GROUP_OF_RUN).get(key);
    return (
      row && {
        id: numberIn(row, "id"),
        pattern: textIn(row, "pattern"),
        domain: textIn(row, "domain"),
        state: stateOf(textIn(row, "state")),
        outcome: outcomeOf(textIn(row, "outcome")),
      }
    );
  }

  clear(): void {
    this.#remembered.clear();
  }
}

/**
 * The group a run is filed in: its pattern, domain, state and outcome, and for runs that have ended an era. Groups are
 * made when first needed and stay.
 *
 * Invariants: (1) groups are few for their runs: a domain has groups of its own only once it has had `OWN_GROUPS_RUNS`
 * runs, those before share groups with other such domains and name theirs in `rare_domain`; (2) they are small: once
 * about `ERA_RUNS` runs ended in a group, a new era begins, which takes the runs from one key on. Runs of a group
 * therefore started near each other, however they are spread over the log. An era before takes `LATE_RUNS` more before
 * it is divided: were it divided whenever it is full, each late end with a smaller key than those before would begin another era.
 *
 * A group made in a transaction that was rolled back is unknown to the file, so the memory is cleared then.
 */
import type { OutcomeStatus, RunState } from "../../delegation/outcome.ts";
import type { RunKey } from "../store.ts";
import { numberIn, optionalTextIn, textIn, type Row } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { outcomeOf, stateOf } from "./run-rows.ts";

export interface RunGroup {
  readonly id: number;
  readonly pattern: string;
  /** Undefined where runs of rare domains are filed together. */
  readonly domain: string | undefined;
  readonly state: RunState;
  readonly outcome: OutcomeStatus | undefined;
}

/** Where a run that starts is filed. */
export interface Filed {
  readonly group: RunGroup;
  /** The run's domain, where its group does not tell. */
  readonly rareDomain: string | undefined;
}

export const OWN_GROUPS_RUNS = 2_000;
export const ERA_RUNS = 1_024;
const LATE_RUNS = 512;

/** Domains can be many, such as one per customer; what is forgotten is found again in the file. */
const REMEMBERED_MAX = 10_000;

const LATEST_ERA = `
SELECT id, era FROM run_groups
WHERE pattern = ? AND domain IS ? AND state = ? AND outcome = ? AND era <= ? ORDER BY era DESC LIMIT 1`;
const MAKE_GROUP =
  "INSERT INTO run_groups (pattern, domain, state, outcome, era) VALUES (?, ?, ?, ?, ?) RETURNING id";
const GROUP_OF_RUN = `
SELECT run_groups.id, pattern, domain, state, outcome
FROM runs JOIN run_groups ON run_groups.id = group_id WHERE key = ?`;
const COUNT_FILED = "SELECT count(*) AS count FROM runs INDEXED BY runs_by_started WHERE group_id = ?";
const COUNT_RARE = `
SELECT count(*) AS count FROM (
  SELECT 1 FROM runs INDEXED BY runs_by_rare_domain WHERE rare_domain = ? LIMIT ${OWN_GROUPS_RUNS})`;

/** The last era of runs that are alike. */
interface Era {
  readonly group: RunGroup;
  /** The key from which on runs are filed here. */
  readonly from: RunKey;
  filed: number;
}

const LAST_KEY = Number.MAX_SAFE_INTEGER;

export class RunGroups {
  readonly #connection: Connection;
  readonly #eras = new Map<string, Era>();
  /** By group of an earlier era: so many late ends it still takes. */
  readonly #room = new Map<number, number>();
  /** Runs of a domain that were filed with those of others. */
  readonly #rare = new Map<string, number>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Files a run that starts. */
  file(run: Omit<RunGroup, "id" | "domain"> & { readonly key: RunKey; readonly domain: string }): Filed {
    const { key, pattern, state, outcome } = run;
    const isRare = this.#isRare(run.domain);
    const domain = isRare ? undefined : run.domain;
    const group = this.#groupFor({ pattern, domain, state, outcome }, key);
    return { group, rareDomain: isRare ? run.domain : undefined };
  }

  /** The group of a run that was in `group`, now that its state is another. */
  move(group: RunGroup, key: RunKey, state: RunState, outcome: OutcomeStatus | undefined): RunGroup {
    const { pattern, domain } = group;
    return this.#groupFor({ pattern, domain, state, outcome }, key);
  }

  /** The group a stored run is in. */
  ofRun(key: RunKey): RunGroup | undefined {
    const row = this.#connection.statement(GROUP_OF_RUN).get(key);
    return (
      row && {
        id: numberIn(row, "id"),
        pattern: textIn(row, "pattern"),
        domain: optionalTextIn(row, "domain"),
        state: stateOf(textIn(row, "state")),
        outcome: outcomeOf(textIn(row, "outcome")),
      }
    );
  }

  /** Those that the file has no more. */
  forget(groups: ReadonlySet<number>): void {
    if (groups.size === 0) return;
    for (const [name, { group }] of this.#eras) if (groups.has(group.id)) this.#eras.delete(name);
    for (const id of groups) this.#room.delete(id);
  }

  clear(): void {
    this.#eras.clear();
    this.#room.clear();
    this.#rare.clear();
  }

  #isRare(domain: string): boolean {
    let runs = this.#rare.get(domain);
    if (runs === undefined) {
      runs = numberIn(this.#connection.statement(COUNT_RARE).get(domain), "count");
      if (this.#rare.size >= REMEMBERED_MAX) this.#rare.clear();
    }
    const isRare = runs < OWN_GROUPS_RUNS;
    this.#rare.set(domain, isRare ? runs + 1 : runs);
    return isRare;
  }

  #groupFor(alike: Omit<RunGroup, "id">, key: RunKey): RunGroup {
    const { pattern, domain, state, outcome } = alike;
    const name = `${state} ${outcome} ${pattern.length} ${pattern} ${domain === undefined ? "" : `=${domain}`}`;
    let last = this.#eras.get(name);
    if (!last) {
      const row = this.#eraAt(alike, LAST_KEY);
      last = row ? this.#known(alike, row) : this.#begin(alike, 0);
      if (this.#eras.size >= REMEMBERED_MAX) this.#eras.clear();
      this.#eras.set(name, last);
    }
    if (state !== "ended") return last.group;
    // It began before the last era did.
    if (key < last.from) return this.#earlier(alike, key);
    if (last.filed >= ERA_RUNS) this.#eras.set(name, (last = this.#begin(alike, key)));
    last.filed++;
    return last.group;
  }

  /** Late ends can be many where runs wait long: an era that they fill is divided at the key of one of them. */
  #earlier(alike: Omit<RunGroup, "id">, key: RunKey): RunGroup {
    const row = this.#eraAt(alike, key);
    if (!row) return this.#begin(alike, 0).group;
    const id = numberIn(row, "id");
    const room = this.#room.get(id) ?? ERA_RUNS + LATE_RUNS - this.#filedIn(id);
    if (this.#room.size >= REMEMBERED_MAX) this.#room.clear();
    const isFull = room <= 0 && key > numberIn(row, "era");
    this.#room.set(id, isFull ? LATE_RUNS : room - 1);
    return isFull ? this.#begin(alike, key).group : { ...alike, id };
  }

  #eraAt({ pattern, domain, state, outcome }: Omit<RunGroup, "id">, key: RunKey): Row | undefined {
    return this.#connection.statement(LATEST_ERA).get(pattern, domain ?? null, state, outcome ?? "", key);
  }

  #known(alike: Omit<RunGroup, "id">, row: Row): Era {
    const id = numberIn(row, "id");
    const isEnded = alike.state === "ended";
    return { group: { ...alike, id }, from: numberIn(row, "era"), filed: isEnded ? this.#filedIn(id) : 0 };
  }

  #filedIn(group: number): number {
    return numberIn(this.#connection.statement(COUNT_FILED).get(group), "count");
  }

  #begin(alike: Omit<RunGroup, "id">, from: RunKey): Era {
    const { pattern, domain, state, outcome } = alike;
    const row = this.#connection
      .statement(MAKE_GROUP)
      .get(pattern, domain ?? null, state, outcome ?? "", from);
    return { group: { ...alike, id: numberIn(row, "id") }, from, filed: 0 };
  }
}

/**
 * Which runs leave the log together, and which values leave with them.
 *
 * An attached child hands values to its parent and is handed values, so the two share them; a fork has those of the
 * run it was forked from, and so has a run that undoes a child. Hence a run leaves with its whole attached family, and
 * after, or with, everything that was forked from one of them.
 */
import type { Event } from "../../delegation/event.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import type { RunKey, RunRow, Store } from "../store.ts";
import { payloadsIn } from "./payloads-in.ts";

const PAGE_RUNS = 64;
const PAGE_EVENTS = 256;

/** Awaited between pages: long readings must not hold up others. */
export type Pause = () => Promise<void>;

/** One run with what it says. */
export interface Member {
  readonly row: RunRow;
  /** Every value it refers to. */
  readonly payloads: ReadonlySet<PayloadId>;
  /** Of its last event. */
  readonly position: number;
  readonly events: number;
}

/** The run it is an attached child of, if that is still there. */
export function attachedTo(store: Store, { origin }: RunRow): RunRow | undefined {
  return origin?.parent?.attached ? store.runById(origin.parent.run) : undefined;
}

/** All that leaves together with `first`; undefined where one of them ended at `before` or later, or not at all. */
export async function familyOf(
  store: Store,
  first: RunRow,
  before: number,
  pause: Pause,
): Promise<ReadonlyMap<RunKey, RunRow> | undefined> {
  const family = new Map<RunKey, RunRow>();
  const found = [first];
  for (const row of found) {
    if (family.has(row.key)) continue;
    if (row.endedAt === undefined || row.endedAt >= before) return undefined;
    family.set(row.key, row);
    const parent = attachedTo(store, row);
    if (parent) found.push(parent);
    for (let after: RunKey = 0; ;) {
      const page = store.runsOf(row.id, after, PAGE_RUNS);
      found.push(...page.filter((other) => leavesWith(other, row.id)));
      after = page.at(-1)?.key ?? after;
      if (page.length < PAGE_RUNS) break;
      await pause();
    }
    await pause();
  }
  return family;
}

function leavesWith({ origin }: RunRow, id: string): boolean {
  return origin?.forkedFrom?.run === id || (origin?.parent?.attached === true && origin.parent.run === id);
}

/** Reads what the run refers to. @param hear gets its events */
export async function readMember(
  store: Store,
  row: RunRow,
  pause: Pause,
  hear?: (events: readonly Event[]) => void,
): Promise<Member> {
  const payloads = new Set<PayloadId>();
  let [seq, position] = [0, 0];
  for (;;) {
    const page = store.history(row.key, seq, PAGE_EVENTS);
    for (const event of page) for (const id of payloadsIn(event)) payloads.add(id);
    hear?.(page);
    seq = page.at(-1)?.seq ?? seq;
    position = page.at(-1)?.position ?? position;
    await pause();
    if (page.length < PAGE_EVENTS) return { row, payloads, position, events: seq };
  }
}

/** Values of runs that stay, which a run of the family was forked from. */
export async function sharedWithOthers(
  store: Store,
  family: ReadonlyMap<RunKey, RunRow>,
  pause: Pause,
): Promise<ReadonlySet<PayloadId>> {
  const shared = new Set<PayloadId>();
  for (const { origin } of family.values()) {
    const source = origin?.forkedFrom ? store.runById(origin.forkedFrom.run) : undefined;
    if (!source || family.has(source.key)) continue;
    const { payloads } = await readMember(store, source, pause);
    for (const id of payloads) shared.add(id);
  }
  return shared;
}

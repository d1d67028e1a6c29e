/** Runs as a soak left them: in the archive, or still in the log. Both are told alike. */
import { createReadStream, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { createRuntime, sqliteEngine, type Event, type Outcome, type Runtime } from "reeve";
import type { SoakFiles } from "./folder.ts";
import { outcomeText } from "./outcome-text.ts";

export interface LeftRun {
  readonly id: string;
  readonly pattern: string;
  /** Undefined while it has not ended. */
  readonly status: string | undefined;
  /** See outcome-text.ts. */
  readonly outcome: string | undefined;
  /** Of a run that completed. */
  readonly output: unknown;
  readonly input: unknown;
  readonly endedAt: number | undefined;
  /** The run whose step awaits it. */
  readonly parent: string | undefined;
  readonly events: readonly Event[];
}

type StoredOutcome = Extract<Event, { readonly kind: "run-ended" }>["outcome"];
type Reference = Extract<StoredOutcome, { readonly status: "completed" }>["output"];
type Values = { readonly [id: string]: unknown };

/** What the archive says of a run's record. */
type ArchivedRecord = Pick<LeftRun, "id" | "pattern" | "endedAt"> & {
  readonly input?: number;
  readonly origin?: { readonly parent?: { readonly run: string; readonly attached: boolean } };
};

interface ArchivedRun {
  readonly run: ArchivedRecord;
  readonly events: readonly Event[];
  readonly values: Values;
}

/** Every run that left the log, and then those that are in it. */
export async function* leftRuns(files: SoakFiles): AsyncGenerator<LeftRun> {
  yield* archivedRuns(files.archive);
  await using runtime = await createRuntime({
    patterns: [],
    engine: sqliteEngine(files.log, { access: "guest" }),
  });
  for (let after: string | undefined; ;) {
    const page = await runtime.runs({ limit: 500, ...(after === undefined ? {} : { after }) });
    for (const run of page.runs) yield await runInLog(runtime, run.id);
    after = page.next;
    if (after === undefined) return;
  }
}

async function* archivedRuns(folder: string): AsyncGenerator<LeftRun> {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).toSorted()) {
    const input = createReadStream(join(folder, name)).pipe(createGunzip());
    for await (const line of createInterface({ input })) yield readArchived(line);
  }
}

/** One line of the archive. */
export function readArchived(line: string): LeftRun {
  // The library wrote it; docs/retention.md has its form.
  const { run, events, values } = JSON.parse(line) as ArchivedRun;
  const end = events.find((event) => event.kind === "run-ended");
  const input = run.input === undefined ? undefined : values[run.input];
  return leftRun(run, events, input, end && readOutcome(end.outcome, values));
}

async function runInLog(runtime: Runtime, id: string): Promise<LeftRun> {
  const handle = runtime.run(id);
  const record = await handle.record();
  const events = await Array.fromAsync(handle.events({ follow: false }));
  const { input } = record;
  return leftRun(
    record,
    events,
    input === undefined ? undefined : runtime.engine.read({ of: "payload", id: input }),
    record.state === "ended" ? await handle.outcome() : undefined,
  );
}

function leftRun(
  record: Pick<ArchivedRecord, "id" | "pattern" | "endedAt"> & {
    readonly origin?: ArchivedRecord["origin"] | undefined;
  },
  events: readonly Event[],
  input: unknown,
  outcome: Outcome | undefined,
): LeftRun {
  const { id, pattern, endedAt, origin } = record;
  return {
    id,
    pattern,
    endedAt,
    input,
    events,
    status: outcome?.status,
    outcome: outcome && outcomeText(outcome),
    output: outcome?.status === "completed" ? outcome.output : undefined,
    parent: origin?.parent?.attached ? origin.parent.run : undefined,
  };
}

function readOutcome(outcome: StoredOutcome, values: Values): Outcome {
  return outcome.status === "completed" ? { ...outcome, output: valueOf(outcome.output, values) } : outcome;
}

/** The value that a reference puts together; the soak's patterns make these kinds only. */
function valueOf(reference: Reference, values: Values): unknown {
  switch (reference.of) {
    case "nothing":
      return undefined;
    case "payload":
      return values[reference.id];
    case "list":
      return reference.parts.map((part) => valueOf(part, values));
    case "object":
      return Object.fromEntries(reference.entries.map(([name, part]) => [name, valueOf(part, values)]));
    case "item": {
      const list: unknown = valueOf(reference.list, values);
      return Array.isArray(list) ? (list[reference.index] as unknown) : undefined;
    }
    default:
      throw new Error(`the archive has a reference of kind '${reference.of}'`);
  }
}

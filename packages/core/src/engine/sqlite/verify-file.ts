/** Reads a whole log and says what is not as it was written (E14). Works beside an owner, and changes nothing. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { ReeveError } from "../../errors.ts";
import { bytesOf, damageOf } from "./check-file.ts";
import { openConnection, type Connection } from "./connection.ts";
import { readLogId } from "./log-id.ts";
import { requireCurrent } from "./migrate.ts";
import { refusal } from "./open-sqlite-store.ts";
import { isOwned } from "./owner.ts";
import { readHighest } from "./read-highest.ts";
import { leftOpen } from "./unwritten.ts";
import { verifyPositions, verifyRuns } from "./verify-log.ts";
import { findProblems, type FileProblem, type FoundProblems } from "./verify-report.ts";
import { verifyCheckpoints, verifyInbox, verifyPayloads } from "./verify-values.ts";

/** What `verifyFile` found. */
export interface Verification {
  /** Whether everything is as it was written. */
  readonly ok: boolean;
  /** At most a thousand and one. */
  readonly problems: readonly FileProblem[];
  /** How many of each were read. */
  readonly runs: number;
  readonly events: number;
  readonly payloads: number;
}

/** How far a verification is. */
export interface VerifyProgress {
  readonly part: "pages" | "events" | "runs" | "payloads";
  readonly done: number;
  /** As far as known at the beginning; 0 while that is open. */
  readonly total: number;
}

export interface VerifyOptions {
  /** Called after every page that was read. */
  readonly onProgress?: (progress: VerifyProgress) => void;
}

type Tell = (part: VerifyProgress["part"], done: number, total: number) => Promise<void>;

/**
 * Verifies the log in `file`: its write-ahead log, its pages, the positions of all events, every run's chain of
 * checksums, its row against its events, and all stored values. Damage is in the result, not thrown. The event loop
 * gets its turn between pages, but not while SQLite checks the pages of a table; beside work of your own, run
 * `reeve verify` as a process instead.
 * @throws ReeveError `storage-unavailable` when there is no such file or it can't be read, `file-not-reeve`,
 * `file-too-new`
 */
export async function verifyFile(file: string, options: VerifyOptions = {}): Promise<Verification> {
  const name = resolve(file);
  if (!existsSync(name) && (bytesOf(`${name}-wal`) ?? 0) === 0) {
    throw new ReeveError("storage-unavailable", `there is no file ${name}`, {
      hint: "Name the file of a log, such as reeve.db.",
    });
  }
  const problems = findProblems(name);
  const damage = damageOf(name);
  if (damage) problems.addThrown(bytesOf(name) ? "write-ahead log" : "file", damage);
  // SQLite would remove the write-ahead log of an empty file.
  if ((bytesOf(name) ?? 0) === 0)
    return { ok: false, problems: problems.list, runs: 0, events: 0, payloads: 0 };
  const tell: Tell = async (part, done, total) => {
    options.onProgress?.({ part, done, total });
    await new Promise((next) => void setImmediate(next));
  };
  const unreadable = leftOpen(name);
  if (unreadable) throw unreadable;
  let connection: Connection | undefined;
  try {
    connection = openConnection(name, { durability: "os", role: "reader" });
    connection.configure();
    requireCurrent(connection);
    const counts = await verifyContent(connection, problems, tell);
    return { ok: problems.list.length === 0, problems: problems.list, ...counts };
  } catch (error) {
    const refused = refusal(error, name, existsSync(`${name}-owner`));
    if (!(refused instanceof ReeveError && refused.code === "file-damaged")) throw refused;
    problems.addThrown("file", refused);
    return { ok: false, problems: problems.list, runs: 0, events: 0, payloads: 0 };
  } finally {
    connection?.close();
  }
}

async function verifyContent(
  connection: Connection,
  problems: FoundProblems,
  tell: Tell,
): Promise<Pick<Verification, "runs" | "events" | "payloads">> {
  const counts = { runs: 0, events: 0, payloads: 0 };
  const highest = { position: 0, payload: 0, runKey: 0 };
  const part = async (where: string, read: () => Promise<void> | void): Promise<void> => {
    try {
      await read();
    } catch (error) {
      problems.addThrown(where, error);
    }
  };
  await part("events", () => void Object.assign(highest, readHighest(connection)));
  await tell("pages", 0, 0);
  await part("pages", () => verifyPages(connection, problems, tell));
  await part("settings", () => void readLogId(connection));
  await part("events", async () => {
    for (const last of verifyPositions(connection, problems)) await tell("events", last, highest.position);
  });
  await part("runs", async () => {
    for (const read of verifyRuns(connection, problems)) {
      Object.assign(counts, read);
      await tell("runs", read.runs, highest.runKey);
    }
  });
  await part("payloads", async () => {
    for (const count of verifyPayloads(connection, problems)) {
      counts.payloads = count;
      await tell("payloads", count, highest.payload);
    }
  });
  await part("folds", () => verifyCheckpoints(connection, problems, () => readHighest(connection).position));
  await part("inbox", () => verifyInbox(connection, problems));
  return counts;
}

/**
 * Beside an owner each table is checked on its own: a check of everything is one long reading, during which the owner's
 * write-ahead log could only grow. It alone finds pages that belong to nothing.
 */
async function verifyPages(connection: Connection, problems: FoundProblems, tell: Tell): Promise<void> {
  const tables = connection
    .statement("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map((row) => String(row["name"]));
  const checks = isOwned(connection.file) ? tables.map((name) => `"${name.replaceAll('"', '""')}"`) : ["100"];
  for (const [index, argument] of checks.entries()) {
    for (const row of connection.statement(`PRAGMA integrity_check(${argument})`).all()) {
      const found = row["integrity_check"];
      if (found !== "ok") problems.add("pages", String(found));
    }
    await tell("pages", index + 1, checks.length);
  }
}

/** Who may open which file, and as what (E14, E15). */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ReeveError } from "../../errors.ts";
import { batchOf, SampleLog } from "../store-samples.ts";
import type { InboxRequest, Store } from "../store.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

const CANCEL: InboxRequest = { kind: "cancel", run: "run-1", reason: "", by: "Ann" };

let folder: string;
let file: string;
let opened: Store[];
const children = new Set<ChildProcess>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-open-"));
  file = join(folder, "log.db");
  opened = [];
});

afterEach(async () => {
  for (const store of opened) store.close();
  for (const child of children) await kill(child);
  rmSync(folder, { recursive: true });
});

describe("ownership", () => {
  test("a second process is told who owns the file, and takes it over when the owner is killed", async () => {
    const owner = await spawnOwner();
    const error = refusalOf("own");
    expect(error).toMatchObject({ code: "file-owned", hint: expect.any(String) });
    expect(error.message).toContain(`process ${owner.pid} on ${hostname()}`);
    expect(open("auto").role).toBe("guest");
    await kill(owner);
    expect(open("own").role).toBe("owner");
  });

  test("a second store of the same process is a guest as well", () => {
    open("own");
    expect(open("auto").role).toBe("guest");
    expect(refusalOf("own")).toMatchObject({ code: "file-owned" });
  });

  test("closing frees the file", () => {
    open("own").close();
    expect(open("auto").role).toBe("owner");
  });

  test("a guest sees at once what the owner commits", () => {
    const owner = open("own");
    const guest = open("guest");
    const samples = new SampleLog();
    const run = samples.run();
    expect(guest.foreignWrite()).toBe(false);
    void owner.commit(batchOf({ runs: [run], events: [samples.event(run)] }));
    expect(guest.foreignWrite()).toBe(true);
    expect(guest.foreignWrite()).toBe(false);
    expect(guest.runById(run.id)).toEqual(run);
    expect(guest.eventsAfter(0, 10)).toHaveLength(1);
    expect(guest.logId).toBe(owner.logId);
  });

  test("a guest reaches the owner by the inbox only", () => {
    const owner = open("own");
    const guest = open("guest");
    expect(() => guest.commit(batchOf({}))).toThrow(expect.objectContaining({ code: "file-owned" }));
    guest.putInbox(CANCEL);
    expect(owner.foreignWrite()).toBe(true);
    expect(owner.inbox(10).map(({ request }) => request)).toEqual([CANCEL]);
  });

  test("a request waits for the next owner when nobody owns the file", () => {
    open("own").close();
    const guest = open("guest");
    expect(guest.role).toBe("guest");
    guest.putInbox(CANCEL);
    guest.close();
    expect(open("own").inbox(10)).toHaveLength(1);
  });
});

describe("files", () => {
  test.skipIf(process.platform === "win32")("only their user may read them, whatever the umask", () => {
    const umask = process.umask(0);
    try {
      const samples = new SampleLog();
      void open("own").commit(batchOf({ runs: [samples.run()] }));
    } finally {
      process.umask(umask);
    }
    const names = readdirSync(folder);
    expect(names.toSorted()).toEqual(["log.db", "log.db-owner", "log.db-shm", "log.db-wal"]);
    for (const name of names) expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
  });

  test("opening again changes neither the log's id nor its tables", () => {
    open("own").close();
    const before = schema();
    const first = open("own");
    first.close();
    expect(open("own").logId).toBe(first.logId);
    expect(schema()).toEqual(before);
  });

  test("a guest does not make a file", () => {
    expect(refusalOf("guest")).toMatchObject({ code: "storage-unavailable", hint: expect.any(String) });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a folder that does not exist is named", () => {
    file = join(folder, "missing", "log.db");
    expect(refusalOf("own")).toMatchObject({ code: "storage-unavailable", hint: expect.any(String) });
  });

  test("a database of another program is refused and left as it was", () => {
    withRaw((raw) => raw.exec("CREATE TABLE mine (a); PRAGMA user_version = 3"));
    expectLeftAlone("file-not-reeve");
  });

  test("a file that is no database is refused and left as it was", () => {
    writeFileSync(file, "Dear diary, ".repeat(1_000));
    expectLeftAlone("file-not-reeve");
  });

  test("a file of a later version is refused and left as it was", () => {
    open("own").close();
    withRaw((raw) => raw.exec("PRAGMA journal_mode = DELETE; PRAGMA user_version = 1000"));
    rmSync(`${file}-owner`);
    expectLeftAlone("file-too-new");
  });
});

function open(access: "auto" | "own" | "guest"): Store {
  const store = openSqliteStore(file, { durability: "os", access });
  opened.push(store);
  return store;
}

function refusalOf(access: "auto" | "own" | "guest"): ReeveError {
  try {
    open(access);
  } catch (error) {
    if (error instanceof ReeveError) return error;
    throw error;
  }
  throw new Error("the file was opened");
}

function expectLeftAlone(code: string): void {
  const before = readFileSync(file);
  for (const access of ["own", "auto", "guest"] as const) {
    expect(refusalOf(access)).toMatchObject({ code, hint: expect.any(String) });
  }
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(existsSync(`${file}-owner`)).toBe(false);
}

function withRaw<Result>(use: (raw: DatabaseSync) => Result): Result {
  const raw = new DatabaseSync(file);
  try {
    return use(raw);
  } finally {
    raw.close();
  }
}

function schema(): unknown {
  return withRaw((raw) => raw.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all());
}

/** A process that owns the file until it is killed. */
async function spawnOwner(): Promise<ChildProcess> {
  const script = `
    const { openSqliteStore } = await import(${JSON.stringify(import.meta.resolve("./open-sqlite-store.ts"))});
    const store = openSqliteStore(process.argv[1], { durability: "os", access: "own" });
    process.stdin.on("end", () => store.close()).resume();
    process.stdout.write(store.role);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, file], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.add(child);
  await once(child.stdout, "data");
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

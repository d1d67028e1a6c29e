/** A process that is killed while its disk is full loses nothing that it had told anybody (E1, E9, E13). */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { isObject } from "../columns.ts";
import { verifyFile } from "../verify-file.ts";
import { mountSmallDisk, whyNoSmallDisk } from "./fixtures/small-disk.ts";

const RUNS = 12;
/** Enough to open a log, and for the first of the runs. */
const SPARE_BYTES = 320 * 1_024;

const reason = whyNoSmallDisk();
const skipped = reason === undefined ? "" : ` (skipped: ${reason})`;

type Line = Readonly<Record<string, unknown>>;

function read(line: string): Line {
  const value: unknown = JSON.parse(line);
  return isObject(value) ? value : {};
}

test.skipIf(reason !== undefined)(
  `the next process goes on from what was acknowledged once there is room${skipped}`,
  async () => {
    using disk = mountSmallDisk(4 * 1_048_576);
    const file = join(disk.folder, "log.db");
    const child = [join(import.meta.dirname, "fixtures", "fault-child.ts"), file];
    const call = ["--conditions=source", ...child];
    disk.fill(SPARE_BYTES);
    const first = spawn(process.execPath, call, { stdio: ["ignore", "pipe", "inherit"] });
    const before: Line[] = [];
    for await (const line of createInterface({ input: first.stdout })) {
      before.push(read(line));
      if (before.at(-1)?.["said"] === "report" && first.kill("SIGKILL")) break;
    }
    if (first.signalCode === null && first.exitCode === null) await once(first, "exit");
    expect(before.at(-1)).toMatchObject({ said: "report", code: "storage-unavailable" });
    disk.free();
    expect((await verifyFile(file)).problems).toEqual([]);
    const second = spawnSync(process.execPath, call, { encoding: "utf8" });
    const after = second.stdout.trim().split("\n").map(read);
    expect(after.map((line) => [line["said"], line["status"]])).toEqual(
      Array.from({ length: RUNS }, () => ["ended", "completed"]),
    );
    const ended = before.filter((line) => line["said"] === "ended").map((line) => line["run"]);
    expect(ended.length).toBeGreaterThan(0);
    for (const line of after) {
      if (ended.includes(line["run"]))
        expect(line["calls"], `${String(line["run"])} runs again`).toBeUndefined();
    }
    expect(await verifyFile(file)).toMatchObject({ ok: true, runs: RUNS });
  },
);

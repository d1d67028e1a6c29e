import { beforeEach, describe, expect, test } from "vitest";
import { ManualClock } from "../clock.ts";
import type { Resources } from "./resources.ts";
import { systemResources } from "./system-resources.ts";

const GIB = 2 ** 30;
const version2 = "29 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";

let clock: ManualClock;
let files: Map<string, string>;

function resources(): Resources {
  return systemResources({ clock, files: (path) => files.get(path) });
}

/** Ticks of the machine's processors so far, 100 per second each: how many were busy, how many idle. */
function setProcessors(...processors: readonly (readonly [busy: number, idle: number])[]): void {
  const lines = processors.map(([busy, idle], index) => `cpu${index} ${busy} 0 0 ${idle} 0 0 0 0 0 0`);
  files.set("/proc/stat", `cpu  1 2 3 4 5 6 7 8 9 10\n${lines.join("\n")}\nintr 1 2 3\n`);
}

function setMemory(totalBytes: number, availableBytes: number): void {
  const lines = [
    `MemTotal: ${totalBytes / 1024} kB`,
    "MemFree: 1 kB",
    `MemAvailable: ${availableBytes / 1024} kB`,
  ];
  files.set("/proc/meminfo", lines.join("\n"));
}

function setGroup(folder: string, contents: { readonly [file: string]: string }): void {
  for (const [file, text] of Object.entries(contents)) files.set(`${folder}/${file}`, text);
}

beforeEach(() => {
  clock = new ManualClock();
  files = new Map();
  setProcessors([0, 0], [0, 0]);
  setMemory(8 * GIB, 8 * GIB);
});

describe("a machine without cgroups", () => {
  test("its processors are as busy as they were since the last sample, its memory as it is now", () => {
    setMemory(8 * GIB, 6 * GIB);
    const { now } = resources();
    expect(now()).toEqual({ cpu: 0, memory: 0.25 });
    clock.advance(1_000);
    setProcessors([100, 0], [50, 50]);
    expect(now()).toEqual({ cpu: 0.75, memory: 0.25 });
  });

  test("only the processors this process may run on count", () => {
    files.set("/proc/self/status", "Name:\tnode\nCpus_allowed:\t6\nCpus_allowed_list:\t1-2,9\n");
    setProcessors([0, 0], [0, 0], [0, 0], [0, 0]);
    const { now } = resources();
    clock.advance(1_000);
    setProcessors([100, 0], [20, 80], [40, 60], [100, 0]);
    expect(now().cpu).toBeCloseTo(0.3);
  });

  test("waiting for a disk is idle, and time that the host gave away is busy", () => {
    const { now } = resources();
    clock.advance(1_000);
    files.set("/proc/stat", "cpu0 0 0 0 100 400 0 0 500 0 0\n");
    expect(now().cpu).toBe(0.5);
  });

  test.each([
    ["this machine's files", undefined],
    ["Node where there are no files", () => undefined],
  ])("%s give shares within 0 and 1", (_, read) => {
    const { now } = systemResources(read === undefined ? { clock } : { clock, files: read });
    clock.advance(1_000);
    const { cpu, memory } = now();
    expect(cpu >= 0 && cpu <= 1).toBe(true);
    expect(memory > 0 && memory <= 1).toBe(true);
  });
});

describe("a group of cgroup version 2", () => {
  const inner = "/sys/fs/cgroup/shop.slice/worker.service";
  const outer = "/sys/fs/cgroup/shop.slice";

  beforeEach(() => {
    files.set("/proc/self/cgroup", "0::/shop.slice/worker.service\n");
    files.set("/proc/self/mountinfo", version2);
    setGroup(inner, { "cpu.max": "max 100000\n", "cpu.stat": "usage_usec 0\n", "memory.max": "max\n" });
    setGroup(outer, { "cpu.max": "max 100000\n", "cpu.stat": "usage_usec 0\n", "memory.max": "max\n" });
  });

  test("a quota is what it may use, however many processors there are", () => {
    setGroup(inner, { "cpu.max": "50000 100000\n" });
    const { now } = resources();
    clock.advance(1_000);
    setProcessors([20, 80], [20, 80]);
    setGroup(inner, { "cpu.stat": "nice_usec 7\nusage_usec 400000\nuser_usec 1\n" });
    expect(now().cpu).toBeCloseTo(0.8);
  });

  test("of nested groups and the machine the tightest holds", () => {
    setGroup(inner, { "cpu.max": "100000 100000\n" });
    setGroup(outer, { "cpu.max": "200000 100000\n" });
    const { now } = resources();
    clock.advance(1_000);
    setGroup(inner, { "cpu.stat": "usage_usec 200000\n" });
    setGroup(outer, { "cpu.stat": "usage_usec 1800000\n" });
    setProcessors([10, 90], [10, 90]);
    expect(now().cpu).toBeCloseTo(0.9);
    clock.advance(60_000);
    setProcessors([6_010, 90], [6_010, 90]);
    expect(now().cpu).toBeCloseTo(1);
  });

  test("memory is what is used without the inactive file cache, of the lower of both limits", () => {
    const memory = { "memory.current": `${3 * GIB}\n`, "memory.stat": `anon 5\ninactive_file ${GIB}\n` };
    setGroup(inner, { "memory.max": `${4 * GIB}\n`, ...memory });
    expect(resources().now().memory).toBe(0.5);
    setGroup(inner, { "memory.high": `${2.5 * GIB}\n` });
    expect(resources().now().memory).toBe(0.8);
    setGroup(outer, { "memory.max": `${4 * GIB}\n`, "memory.current": `${3.75 * GIB}\n` });
    expect(resources().now().memory).toBe(0.9375);
  });

  test("a limit that is set, changed or lifted while the process runs holds from the next samples on", () => {
    const { now } = resources();
    setGroup(inner, { "cpu.max": "100000 100000\n", "memory.max": `${GIB}\n`, "memory.current": `${GIB}\n` });
    clock.advance(250);
    expect(now()).toEqual({ cpu: 0, memory: 1 });
    setGroup(inner, { "cpu.stat": "usage_usec 1000000\n" });
    clock.advance(1_000);
    expect(now().cpu).toBeCloseTo(1 - Math.exp(-1));
    setGroup(inner, { "cpu.max": "max 100000\n", "memory.max": "max\n" });
    clock.advance(60_000);
    setProcessors([0, 6_000], [0, 6_000]);
    expect(now().cpu).toBeCloseTo(0);
    expect(now().memory).toBeCloseTo(0);
  });

  test("a group that vanishes is left out", () => {
    setGroup(inner, { "cpu.max": "100000 100000\n", "memory.max": `${GIB}\n`, "memory.current": `${GIB}\n` });
    const { now } = resources();
    for (const path of files.keys()) if (path.startsWith(inner)) files.delete(path);
    clock.advance(1_000);
    setProcessors([50, 50], [50, 50]);
    expect(now()).toEqual({ cpu: 0.5, memory: 0 });
  });

  test("bursts and counters that run backwards stay within 0 and 1", () => {
    setGroup(inner, { "cpu.max": "50000 100000\n", "cpu.stat": "usage_usec 900000\n" });
    const { now } = resources();
    clock.advance(1_000);
    setGroup(inner, { "cpu.stat": "usage_usec 100000\n" });
    expect(now().cpu).toBe(0);
    clock.advance(60_000);
    setGroup(inner, { "cpu.stat": "usage_usec 90000000\n" });
    expect(now().cpu).toBeCloseTo(1);
  });
});

describe("a group of cgroup version 1", () => {
  const cpu = "/sys/fs/cgroup/cpu/docker/1f";
  const accounts = "/sys/fs/cgroup/cpuacct/docker/1f";
  const memory = "/sys/fs/cgroup/memory/docker/1f";

  beforeEach(() => {
    files.set("/proc/self/cgroup", "3:memory:/docker/1f\n2:cpuacct:/docker/1f\n1:cpu:/docker/1f\n0::/\n");
    files.set(
      "/proc/self/mountinfo",
      ["cpu", "cpuacct", "memory"]
        .map((name) => `35 31 0:30 / /sys/fs/cgroup/${name} rw - cgroup cgroup rw,${name}\n`)
        .join(""),
    );
    setGroup("/sys/fs/cgroup/memory", { "memory.limit_in_bytes": "9223372036854771712\n" });
    setGroup(cpu, { "cpu.cfs_quota_us": "-1\n", "cpu.cfs_period_us": "100000\n" });
    setGroup(accounts, { "cpuacct.usage": "0\n" });
  });

  test("its quota holds, with the use that another controller accounts for", () => {
    setGroup(cpu, { "cpu.cfs_quota_us": "150000\n" });
    const { now } = resources();
    clock.advance(1_000);
    setGroup(accounts, { "cpuacct.usage": "900000000\n" });
    expect(now().cpu).toBeCloseTo(0.6);
  });

  test("a quota of -1 is none", () => {
    const { now } = resources();
    clock.advance(1_000);
    setGroup(accounts, { "cpuacct.usage": "900000000\n" });
    setProcessors([10, 90]);
    expect(now().cpu).toBeCloseTo(0.1);
  });

  test("its memory limit holds, and one of 2^63 is none", () => {
    setGroup(memory, {
      "memory.limit_in_bytes": `${2 * GIB}\n`,
      "memory.usage_in_bytes": `${2 * GIB}\n`,
      "memory.stat": `inactive_file 1\ntotal_inactive_file ${GIB / 2}\n`,
    });
    setGroup("/sys/fs/cgroup/memory", { "memory.usage_in_bytes": `${7 * GIB}\n` });
    expect(resources().now().memory).toBe(0.75);
  });
});

describe("samples", () => {
  /** Loads one processor of two in the given seconds and returns what is known after them. */
  function cpuAfter(busySeconds: number, readEveryMs: number): number {
    clock = new ManualClock();
    setProcessors([0, 0], [0, 0]);
    const { now } = resources();
    // The first sample sets out from an idle machine.
    clock.advance(1_000);
    setProcessors([0, 100], [0, 100]);
    now();
    for (let ms = readEveryMs; ms <= busySeconds * 1_000; ms += readEveryMs) {
      clock.advance(readEveryMs);
      setProcessors([ms / 10, 100], [0, 100 + ms / 10]);
      now();
    }
    return now().cpu;
  }

  test("reading often or seldom comes to the same", () => {
    const expected = 0.5 * (1 - Math.exp(-4));
    for (const everyMs of [10, 50, 250, 500, 1_000, 4_000])
      expect(cpuAfter(4, everyMs), `every ${everyMs} ms`).toBeCloseTo(expected, 6);
  });

  test("a change shows by 63 % after a second", () => {
    expect(cpuAfter(1, 250)).toBeCloseTo(0.5 * (1 - Math.exp(-1)), 6);
  });

  test("files are read at most every 250 ms, however often it is asked", () => {
    let reads = 0;
    const counted = systemResources({ clock, files: (path) => (reads++, files.get(path)) });
    const readsAtFirst = reads;
    for (let times = 0; times < 249; times++) {
      clock.advance(1);
      counted.now();
    }
    expect(reads).toBe(readsAtFirst);
    clock.advance(1);
    const sampled = counted.now();
    expect(reads).toBeGreaterThan(readsAtFirst);
    expect(counted.now()).toBe(sampled);
  });

  test("no timer is set", () => {
    resources().now();
    expect(clock.nextDueAt()).toBeUndefined();
  });

  test("after a long silence the next sample counts alone", () => {
    const { now } = resources();
    clock.advance(600_000);
    setProcessors([0, 60_000], [0, 60_000]);
    expect(now().cpu).toBe(0);
    clock.advance(250);
    setProcessors([25, 60_000], [25, 60_000]);
    expect(now().cpu).toBe(1);
  });

  test("counters that stand still tell nothing new", () => {
    const { now } = resources();
    clock.advance(1_000);
    setProcessors([60, 40], [60, 40]);
    expect(now().cpu).toBe(0.6);
    clock.advance(250);
    expect(now().cpu).toBe(0.6);
  });
});

/** How busy the whole machine is, whoever keeps it busy: on Linux from /proc, elsewhere as Node tells it. */
import { cpus, freemem, totalmem } from "node:os";
import { numberAfter, toNumber, type ReadFile } from "./read-file.ts";

/** Time since boot, summed over processors, in a unit of the system's own. */
export interface CpuTimes {
  readonly busy: number;
  readonly total: number;
}

export interface Machine {
  /** Of the processors this process may run on. */
  cpuTimes(): CpuTimes;
  /** The share of the memory that is in use. */
  memory(): number;
}

export function findMachine(read: ReadFile): Machine {
  const allowed = parseList(/^Cpus_allowed_list:\s*(\S+)/m.exec(read("/proc/self/status") ?? "")?.[1]);
  return {
    cpuTimes: () => sum(processorTimes(read("/proc/stat") ?? "", allowed) ?? cpus().map(timesOfNode)),
    memory: () => {
      const text = read("/proc/meminfo");
      const total = numberAfter(text, "MemTotal:") ?? 0;
      const available = numberAfter(text, "MemAvailable:");
      return total > 0 && available !== undefined ? 1 - available / total : 1 - freemem() / totalmem();
    },
  };
}

/**
 * Lines such as `cpu0 user nice system idle iowait irq softirq steal guest guest_nice`; guests are in `user` already.
 * Time that the host gave to another machine (`steal`) is not to be had, so it counts as busy; waiting for a disk is
 * idle.
 */
function processorTimes(text: string, allowed: ReadonlySet<number> | undefined): CpuTimes[] | undefined {
  const lines = [...text.matchAll(/^cpu(\d+) (.*)$/gm)];
  const times = lines
    .filter(([, processor]) => allowed === undefined || allowed.has(Number(processor)))
    .map(([, , fields = ""]): CpuTimes => {
      const counts = fields
        .split(" ")
        .slice(0, 8)
        .map((field) => toNumber(field) ?? 0);
      const total = counts.reduce((left, right) => left + right, 0);
      return { busy: total - (counts[3] ?? 0) - (counts[4] ?? 0), total };
    });
  return times.length === 0 ? undefined : times;
}

function timesOfNode({ times }: ReturnType<typeof cpus>[number]): CpuTimes {
  const busy = times.user + times.nice + times.sys + times.irq;
  return { busy, total: busy + times.idle };
}

function sum(times: readonly CpuTimes[]): CpuTimes {
  return times.reduce((left, right) => ({ busy: left.busy + right.busy, total: left.total + right.total }), {
    busy: 0,
    total: 0,
  });
}

/** A list such as `0-3,8`; undefined where there is none. */
function parseList(text: string | undefined): ReadonlySet<number> | undefined {
  if (text === undefined) return undefined;
  const numbers = text.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  return new Set(numbers);
}

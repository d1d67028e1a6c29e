/** The limits that cgroups of both versions set on this process, and how much of them is used. */
import { findCgroupFolders } from "./cgroup-folders.ts";
import { numberAfter, toNumber, type ReadFile } from "./read-file.ts";

/** Processor time that a group has used since it was made, and how many processors' worth it may use. */
export interface CpuQuota {
  readonly usedMs: number;
  readonly processors: number;
}

/** A limit that can be set, lifted or changed while the process runs, so that it is read each time. */
export interface CgroupLimits {
  /** Per group that can have a quota; undefined where it has none at present. */
  readonly cpu: readonly (() => CpuQuota | undefined)[];
  /** Per group that can have a limit, the share of it that is used; undefined where it has none at present. */
  readonly memory: readonly (() => number | undefined)[];
}

/** Finds the groups once, as processes rarely change theirs; leaves out those that can't have a limit. */
export function findCgroupLimits(read: ReadFile): CgroupLimits {
  const { unified, cpu, cpuacct, memory } = findCgroupFolders(read);
  const has = (file: string) => (folder: string) => read(`${folder}/${file}`) !== undefined;
  return {
    cpu: [
      ...unified.filter(has("cpu.max")).map((folder) => () => cpuOfVersion2(read, folder)),
      // Use is accounted by a controller of its own, which may be mounted elsewhere: there, the group of the same name.
      ...cpu.filter(has("cpu.cfs_quota_us")).map((folder) => {
        const accounts = `${cpuacct.at(-1)}${folder.slice(cpu.at(-1)?.length)}`;
        return () => cpuOfVersion1(read, folder, accounts);
      }),
    ],
    memory: [
      ...unified.filter(has("memory.max")).map((folder) => () => memoryOfVersion2(read, folder)),
      ...memory.filter(has("memory.limit_in_bytes")).map((folder) => () => memoryOfVersion1(read, folder)),
    ],
  };
}

/** `cpu.max` is `QUOTA PERIOD` in microseconds, or `max PERIOD`. */
function cpuOfVersion2(read: ReadFile, folder: string): CpuQuota | undefined {
  const [quota, period] = (read(`${folder}/cpu.max`) ?? "").split(" ");
  const processors = ratio(toNumber(quota), toNumber(period));
  if (processors === undefined) return undefined;
  const usedUs = numberAfter(read(`${folder}/cpu.stat`), "usage_usec");
  return usedUs === undefined ? undefined : { usedMs: usedUs / 1_000, processors };
}

/** A quota of −1 is none; `cpuacct.usage` is in nanoseconds. */
function cpuOfVersion1(read: ReadFile, folder: string, accounts: string): CpuQuota | undefined {
  const processors = ratio(
    toNumber(read(`${folder}/cpu.cfs_quota_us`)),
    toNumber(read(`${folder}/cpu.cfs_period_us`)),
  );
  if (processors === undefined) return undefined;
  const usedNs = toNumber(read(`${accounts}/cpuacct.usage`));
  return usedNs === undefined ? undefined : { usedMs: usedNs / 1_000_000, processors };
}

/** Above `memory.high` a group is slowed down until it has given memory back, so that is a limit as well. */
function memoryOfVersion2(read: ReadFile, folder: string): number | undefined {
  const max = toNumber(read(`${folder}/memory.max`)) ?? Infinity;
  const high = toNumber(read(`${folder}/memory.high`)) ?? Infinity;
  const limit = Math.min(max, high);
  if (limit === Infinity) return undefined;
  const used = toNumber(read(`${folder}/memory.current`));
  return shareWithoutCache(used, numberAfter(read(`${folder}/memory.stat`), "inactive_file"), limit);
}

/** Without a limit the file says about 2^63, a number that JavaScript can only round. */
function memoryOfVersion1(read: ReadFile, folder: string): number | undefined {
  const limit = toNumber(read(`${folder}/memory.limit_in_bytes`));
  if (limit === undefined || limit > Number.MAX_SAFE_INTEGER) return undefined;
  const used = toNumber(read(`${folder}/memory.usage_in_bytes`));
  return shareWithoutCache(used, numberAfter(read(`${folder}/memory.stat`), "total_inactive_file"), limit);
}

/** File pages that nobody used of late are given up first, so they are as good as free. */
function shareWithoutCache(
  used: number | undefined,
  inactiveFile: number | undefined,
  limit: number,
): number | undefined {
  return ratio(used === undefined ? undefined : Math.max(0, used - (inactiveFile ?? 0)), limit, 0);
}

/** Undefined where a part is missing, or below what makes sense. */
function ratio(part: number | undefined, whole: number | undefined, partMin = 1): number | undefined {
  if (part === undefined || whole === undefined || part < partMin || whole <= 0) return undefined;
  return part / whole;
}

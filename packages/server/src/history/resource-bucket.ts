/** What was sampled in one stretch of time: sums where shares and means are told, the worst of what is a worst, the last of sizes. */
import type { ResourceSample } from "@reeve/core";
import { z } from "zod";
import type { ResourcePoint } from "../contract/resources.ts";

export interface Bucket {
  readonly at: number;
  pid: number;
  /** Samples of more than one process are in it. */
  isMixed: boolean;
  samples: number;
  elapsedMs: number;
  cpuMs: number;
  gcMs: number;
  residentBytes: number;
  heapBytes: number;
  externalBytes: number;
  handles: number;
  loopMsP50: number;
  loopUtilization: number;
  commits: number;
  commitMs: number;
  gcMsMax: number;
  loopMsP99: number;
  loopMsMax: number;
  commitMsMax: number;
  fileBytes: number;
  diskFreeBytes: number | null;
  heapLimitBytes: number | null;
  /** How many samples tell of the machine, and their sums. */
  machines: number;
  machineCpu: number;
  machineMemory: number;
}

const bucketSchema: z.ZodType<Bucket> = z.object({
  at: z.number(),
  pid: z.number(),
  isMixed: z.boolean(),
  samples: z.number(),
  elapsedMs: z.number(),
  cpuMs: z.number(),
  gcMs: z.number(),
  residentBytes: z.number(),
  heapBytes: z.number(),
  externalBytes: z.number(),
  handles: z.number(),
  loopMsP50: z.number(),
  loopUtilization: z.number(),
  commits: z.number(),
  commitMs: z.number(),
  gcMsMax: z.number(),
  loopMsP99: z.number(),
  loopMsMax: z.number(),
  commitMsMax: z.number(),
  fileBytes: z.number(),
  diskFreeBytes: z.number().nullable(),
  heapLimitBytes: z.number().nullable(),
  machines: z.number(),
  machineCpu: z.number(),
  machineMemory: z.number(),
});

export function revivedBuckets(saved: unknown): Bucket[] {
  return z.array(bucketSchema).parse(saved ?? []);
}

export function newBucket(at: number): Bucket {
  return {
    at,
    pid: 0,
    isMixed: false,
    samples: 0,
    elapsedMs: 0,
    cpuMs: 0,
    gcMs: 0,
    residentBytes: 0,
    heapBytes: 0,
    externalBytes: 0,
    handles: 0,
    loopMsP50: 0,
    loopUtilization: 0,
    commits: 0,
    commitMs: 0,
    gcMsMax: 0,
    loopMsP99: 0,
    loopMsMax: 0,
    commitMsMax: 0,
    fileBytes: 0,
    diskFreeBytes: null,
    heapLimitBytes: null,
    machines: 0,
    machineCpu: 0,
    machineMemory: 0,
  };
}

export function noteSample(bucket: Bucket, sample: ResourceSample): void {
  if (bucket.samples > 0 && bucket.pid !== sample.pid) bucket.isMixed = true;
  bucket.pid = sample.pid;
  bucket.samples++;
  bucket.elapsedMs += sample.elapsedMs;
  bucket.cpuMs += sample.cpuMs;
  bucket.gcMs += sample.gcMs;
  bucket.residentBytes += sample.residentBytes;
  bucket.heapBytes += sample.heapBytes;
  bucket.externalBytes += sample.externalBytes;
  bucket.handles += sample.handles;
  bucket.loopMsP50 += sample.loopDelayMsP50;
  bucket.loopUtilization += sample.loopUtilization;
  bucket.commits += sample.commits;
  bucket.commitMs += sample.commits * sample.commitMsMean;
  bucket.gcMsMax = Math.max(bucket.gcMsMax, sample.gcMsMax);
  bucket.loopMsP99 = Math.max(bucket.loopMsP99, sample.loopDelayMsP99);
  bucket.loopMsMax = Math.max(bucket.loopMsMax, sample.loopDelayMsMax);
  bucket.commitMsMax = Math.max(bucket.commitMsMax, sample.commitMsMax);
  bucket.fileBytes = sample.fileBytes;
  bucket.diskFreeBytes = sample.diskFreeBytes ?? null;
  bucket.heapLimitBytes = sample.heapLimitBytes ?? null;
  if (sample.machineCpu === undefined || sample.machineMemory === undefined) return;
  bucket.machines++;
  bucket.machineCpu += sample.machineCpu;
  bucket.machineMemory += sample.machineMemory;
}

export function pointOf(bucket: Bucket): ResourcePoint {
  const { at, samples, elapsedMs, commits, machines } = bucket;
  const mean = (sum: number): number => sum / Math.max(1, samples);
  const share = (ms: number): number => ms / Math.max(1, elapsedMs);
  return {
    at,
    cpu: share(bucket.cpuMs),
    residentBytes: mean(bucket.residentBytes),
    heapBytes: mean(bucket.heapBytes),
    externalBytes: mean(bucket.externalBytes),
    gc: share(bucket.gcMs),
    gcMsMax: bucket.gcMsMax,
    loopMsP50: mean(bucket.loopMsP50),
    loopMsP99: bucket.loopMsP99,
    loopMsMax: bucket.loopMsMax,
    loopUtilization: mean(bucket.loopUtilization),
    handles: mean(bucket.handles),
    commitsPerSecond: share(commits) * 1_000,
    commitMsMean: commits === 0 ? null : bucket.commitMs / commits,
    commitMsMax: commits === 0 ? null : bucket.commitMsMax,
    fileBytes: bucket.fileBytes,
    diskFreeBytes: bucket.diskFreeBytes,
    heapLimitBytes: bucket.heapLimitBytes,
    machineCpu: machines === 0 ? null : bucket.machineCpu / machines,
    machineMemory: machines === 0 ? null : bucket.machineMemory / machines,
  };
}

/**
 * Measures how busy the machine is, as far as this process is concerned: the tightest of the machine itself and every
 * cgroup around the process. docs/algorithms/resources.md has the method.
 *
 * Invariants: (1) it has no timers and samples only when asked, at most every 250 ms; (2) shares are within 0 and 1;
 * (3) what can't be measured never holds back: such a share is 0, or stays what it was.
 */
import type { Clock } from "../clock.ts";
import { findCgroupLimits, type CgroupLimits, type CpuQuota } from "./cgroup-limits.ts";
import { findMachine, type CpuTimes, type Machine } from "./machine.ts";
import { readSystemFile, type ReadFile } from "./read-file.ts";
import type { Resources, ResourceUse } from "./resources.ts";

export interface SystemResourcesOptions {
  /** Tells how far apart two readings are. */
  readonly clock: Clock;
  /** Reads /proc and /sys. @default the machine's files */
  readonly files?: ReadFile;
}

/** Two samples closer to each other would measure noise: the kernel counts in steps of up to 10 ms. */
const SAMPLE_EVERY_MS = 250;
/** How long a change needs to show to 63 %. */
const SMOOTHING_MS = 1_000;
/** After a longer silence the mean since the last sample tells nothing about the present. */
const SILENCE_MS_MAX = 10_000;

/** Reads the counters once at the call; how busy the processors are is known from 250 ms later on, until then 0. */
export function systemResources({ clock, files = readSystemFile }: SystemResourcesOptions): Resources {
  const meter = new Meter(clock, files);
  return { now: () => meter.now() };
}

interface Counters {
  readonly atMs: number;
  readonly machine: CpuTimes;
  readonly quotas: readonly (CpuQuota | undefined)[];
}

class Meter {
  readonly #clock: Clock;
  readonly #machine: Machine;
  readonly #limits: CgroupLimits;
  #counters: Counters;
  #use: ResourceUse;
  /** The next sample replaces what was known instead of being mixed with it. */
  #afresh = true;

  constructor(clock: Clock, files: ReadFile) {
    this.#clock = clock;
    this.#machine = findMachine(files);
    this.#limits = findCgroupLimits(files);
    this.#counters = this.#count();
    this.#use = { cpu: 0, memory: this.#memory() };
  }

  now(): ResourceUse {
    if (this.#clock.monotonic() - this.#counters.atMs >= SAMPLE_EVERY_MS) this.#sample();
    return this.#use;
  }

  #sample(): void {
    const before = this.#counters;
    const after = this.#count();
    const elapsedMs = after.atMs - before.atMs;
    const weight = this.#afresh ? 1 : 1 - Math.exp(-elapsedMs / SMOOTHING_MS);
    const mix = (old: number, sample: number): number => old + (sample - old) * weight;
    this.#use = {
      cpu: mix(this.#use.cpu, cpuShare(before, after) ?? this.#use.cpu),
      memory: mix(this.#use.memory, this.#memory()),
    };
    this.#counters = after;
    this.#afresh = elapsedMs > SILENCE_MS_MAX;
  }

  #count(): Counters {
    return {
      atMs: this.#clock.monotonic(),
      machine: this.#machine.cpuTimes(),
      quotas: this.#limits.cpu.map((quota) => quota()),
    };
  }

  #memory(): number {
    return tightest([this.#machine.memory(), ...this.#limits.memory.map((share) => share())]) ?? 0;
  }
}

/** Undefined where no counter has moved on, as in a test that moves its own clock faster than the kernel's. */
function cpuShare(before: Counters, after: Counters): number | undefined {
  const total = after.machine.total - before.machine.total;
  const ofMachine = total > 0 ? (after.machine.busy - before.machine.busy) / total : undefined;
  const ofQuotas = after.quotas.map((quota, index) => {
    const earlier = before.quotas[index];
    if (quota === undefined || earlier === undefined) return undefined;
    return (quota.usedMs - earlier.usedMs) / ((after.atMs - before.atMs) * quota.processors);
  });
  return tightest([ofMachine, ...ofQuotas]);
}

/** The greatest share, within 0 and 1: counters are not read at the same instant, and quotas allow bursts. */
function tightest(shares: readonly (number | undefined)[]): number | undefined {
  const known = shares.filter((share) => share !== undefined);
  return known.length === 0 ? undefined : Math.min(1, Math.max(0, ...known));
}

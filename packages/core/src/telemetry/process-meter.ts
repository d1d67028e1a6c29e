/**
 * Measures this process: what it used since the last measurement, and how its event loop fared.
 *
 * Holds a histogram of the platform's and an observer of garbage collections until it is closed.
 */
import { statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import {
  monitorEventLoopDelay,
  performance,
  PerformanceObserver,
  type EventLoopUtilization,
} from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import type { Clock } from "../clock.ts";
import type { ProcessSample } from "../delegation/resource-sample.ts";

/**
 * The platform measures the delay of timers that are so far apart, in milliseconds, and wakes an idle process as often. A
 * block may have begun so long before one of them was due, and counts from then.
 */
const RESOLUTION_MS = 50;

export interface MeterOptions {
  readonly clock: Clock;
  /** The log's, if it is one. */
  readonly file: string | undefined;
  /** How busy the machine is; shares from 0 to 1. */
  readonly machine: () => { readonly cpu: number; readonly memory: number };
}

export class ProcessMeter {
  readonly #clock: Clock;
  readonly #file: string | undefined;
  readonly #machine: MeterOptions["machine"];
  readonly #delays: ReturnType<typeof monitorEventLoopDelay> = monitorEventLoopDelay({
    resolution: RESOLUTION_MS,
  });
  readonly #collections: PerformanceObserver;
  #gcMs = 0;
  #gcMsMax = 0;
  #cpu: NodeJS.CpuUsage = process.cpuUsage();
  #loop: EventLoopUtilization = performance.eventLoopUtilization();
  #measuredAtMs: number;

  constructor({ clock, file, machine }: MeterOptions) {
    this.#clock = clock;
    this.#file = file;
    this.#machine = machine;
    this.#measuredAtMs = clock.monotonic();
    this.#delays.enable();
    this.#collections = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#collected(duration);
    });
    this.#collections.observe({ entryTypes: ["gc"] });
  }

  /** Begins the next stretch of time. */
  measure(): ProcessSample {
    for (const { duration } of this.#collections.takeRecords()) this.#collected(duration);
    const now = this.#clock.monotonic();
    const cpu = process.cpuUsage();
    const loop = performance.eventLoopUtilization();
    const memory = process.memoryUsage();
    const machine = this.#machine();
    const diskFreeBytes = freeBeside(this.#file);
    const sample: ProcessSample = {
      pid: process.pid,
      elapsedMs: now - this.#measuredAtMs,
      cpuMs: (cpu.user - this.#cpu.user + cpu.system - this.#cpu.system) / 1_000,
      residentBytes: memory.rss,
      heapBytes: memory.heapUsed,
      externalBytes: memory.external,
      gcMs: this.#gcMs,
      gcMsMax: this.#gcMsMax,
      loopDelayMsP50: this.#delayMs(this.#delays.percentile(50)),
      loopDelayMsP99: this.#delayMs(this.#delays.percentile(99)),
      loopDelayMsMax: this.#delayMs(this.#delays.max),
      loopUtilization: performance.eventLoopUtilization(loop, this.#loop).utilization,
      handles: process.getActiveResourcesInfo().length,
      fileBytes: sizeOf(this.#file) + sizeOf(this.#file && `${this.#file}-wal`),
      heapLimitBytes: getHeapStatistics().heap_size_limit,
      ...(diskFreeBytes !== undefined && { diskFreeBytes }),
      machineCpu: machine.cpu,
      machineMemory: machine.memory,
    };
    this.#delays.reset();
    [this.#gcMs, this.#gcMsMax] = [0, 0];
    [this.#cpu, this.#loop, this.#measuredAtMs] = [cpu, loop, now];
    return sample;
  }

  close(): void {
    this.#delays.disable();
    this.#collections.disconnect();
  }

  #collected(ms: number): void {
    this.#gcMs += ms;
    this.#gcMsMax = Math.max(this.#gcMsMax, ms);
  }

  /** The histogram holds nanoseconds between timers, and tells a huge number or NaN while it is empty. */
  #delayMs(nanoseconds: number): number {
    if (this.#delays.count === 0 || !Number.isFinite(nanoseconds)) return 0;
    return Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  }
}

function sizeOf(file: string | undefined): number {
  return (file && statSync(file, { throwIfNoEntry: false })?.size) || 0;
}

/** Undefined where there is no file, or its disk does not say. */
function freeBeside(file: string | undefined): number | undefined {
  if (file === undefined) return undefined;
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize;
  } catch {
    // ignore: some file systems can't be asked; a sample without it is worth having
    return undefined;
  }
}

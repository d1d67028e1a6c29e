/** How busy the machine is, as a port: what admission asks before it starts more work. */

/** Shares from 0 (idle) to 1 (nothing left) of what this process may really use. */
export interface ResourceUse {
  /** Of the processor time, whoever uses it. */
  readonly cpu: number;
  /** Of the memory, without the file cache that the kernel gives up on demand. */
  readonly memory: number;
}

export interface Resources {
  /** Returns at once, and costs next to nothing when it is called often. */
  now(): ResourceUse;
}

/** A machine that is always as busy as it is told here: for tests, and to switch admission by resources off. */
export function fixedResources(use: ResourceUse): Resources {
  return { now: () => use };
}

/** What the exit codes mean. The help and docs/command.md show this table. */

export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  configuration: 3,
  notFound: 4,
  cancelled: 5,
  rollbackFailed: 6,
  refused: 7,
  storage: 8,
  internal: 70,
  interrupted: 130,
  terminated: 143,
} as const;

/** Every code with its meaning, for people. */
export const EXIT_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.ok, "done; a run that was followed completed"],
  [
    EXIT.failed,
    "the run failed, was rolled back, timed out or was rejected; doctor or health found a problem",
  ],
  [EXIT.usage, "the command line is wrong"],
  [EXIT.configuration, "no usable configuration, or Node is too old"],
  [EXIT.notFound, "there is no such run, pattern, agent, schedule or approval"],
  [EXIT.cancelled, "the run was cancelled"],
  [EXIT.rollbackFailed, "an undo failed: a person must look"],
  [EXIT.refused, "refused: permission, an id or a file in use, an answer or a state that does not fit"],
  [EXIT.storage, "the log can't be used: owned by another process, damaged, disk full; no server answers"],
  [EXIT.internal, "an error in reeve itself"],
  [EXIT.interrupted, "interrupted by Ctrl-C"],
  [EXIT.terminated, "ended by SIGTERM"],
];

/**
 * The conformance suite: one test or more for each invariant of docs/invariants.md, named by its number, on any
 * engine whose capabilities allow it. A test that can't be made is skipped and says why.
 */
import assert from "node:assert/strict";
import { children } from "./children.ts";
import { detached } from "./detached.ts";
import { forks } from "./forks.ts";
import { forkedParts } from "./forked-parts.ts";
import { pausing } from "./pausing.ts";
import { cancelPoints } from "./cancel-points.ts";
import { childCrashes } from "./child-crashes.ts";
import { cancelling } from "./cancelling.ts";
import { reasonToSkip, type Check } from "./check.ts";
import { crashPoints } from "./crash-points.ts";
import { durability } from "./durability.ts";
import { families } from "./families.ts";
import { guests } from "./guests.ts";
import { identity } from "./identity.ts";
import type { EngineKind, TestRunner } from "./log-under-test.ts";
import { memory } from "./memory.ts";
import { onceOnly } from "./once-only.ts";
import { outcomes } from "./outcomes.ts";
import { queueing } from "./queueing.ts";
import { readers } from "./readers.ts";
import { recoveries } from "./recoveries.ts";
import { registering } from "./registering.ts";
import { resuming } from "./resuming.ts";
import { retention } from "./retention.ts";
import { retries } from "./retries.ts";
import { schedules } from "./schedules.ts";
import { signals } from "./signals.ts";
import { assertSound } from "./sound-log.ts";
import { storage } from "./storage.ts";
import { Trial } from "./trial.ts";
import { versions } from "./versions.ts";

const CHECKS: readonly Check[] = [
  ...onceOnly,
  ...crashPoints,
  ...durability,
  ...identity,
  ...outcomes,
  ...cancelling,
  ...retries,
  ...recoveries,
  ...signals,
  ...resuming,
  ...versions,
  ...registering,
  ...readers,
  ...storage,
  ...guests,
  ...memory,
  ...retention,
  ...families,
  ...queueing,
  ...schedules,
  ...childCrashes,
  ...cancelPoints,
  ...pausing,
  ...forkedParts,
  ...forks,
  ...detached,
  ...children,
];

/** Declares the tests for one kind of engine. */
export function describeEngine(name: string, kind: EngineKind, runner: TestRunner): void {
  const probe = kind.makeLog();
  runner.describe(name, () => {
    for (const check of CHECKS) {
      const reason = reasonToSkip(check, kind, probe);
      if (reason === undefined) runner.test(check.title, () => make(check, kind));
      else runner.skip(check.title, reason);
    }
  });
  void probe.remove();
}

async function make(check: Check, kind: EngineKind): Promise<void> {
  const trial = new Trial(kind.makeLog());
  try {
    await check.run(trial);
    if (!trial.isClosed) assertSound(await trial.events());
    assert.deepEqual(trial.problems, [], "the runtime reported problems");
  } catch (failure) {
    // ignore: why the check failed says more than why its remains could not be cleared away
    await trial.dispose().catch(() => {});
    throw failure;
  }
  await trial.dispose();
}

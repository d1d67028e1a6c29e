/** What an unfinished run waits for that nobody need do anything about, a line for each: times, further tries, other runs. */
import type { ComponentChildren, JSX } from "preact";
import { useAnswer } from "../connection/answers.ts";
import { now } from "../connection/clock.ts";
import type { PlaceView, RunSummary, StepView } from "../connection/contract.ts";
import { durationText } from "../format/duration.ts";
import { pathText } from "../format/path.ts";
import { Age, Moment } from "../parts/moment.tsx";
import { RunLink } from "../parts/run-link.tsx";
import { runHref } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";
import { useRunSteps } from "./use-run-steps.ts";

const LINES_MAX = 4;

/** Nothing where no step waits so. */
export function WhyWaiting({ run }: { readonly run: RunSummary }): JSX.Element | null {
  const steps = (useRunSteps(run.id).value?.steps ?? []).filter(waits);
  const hasDelay = steps.some(({ waitsFor }) => waitsFor === "time");
  const pattern = useAnswer("pattern", hasDelay ? { name: run.pattern } : undefined).value;
  if (steps.length === 0) return null;
  // Another version may wait for another time.
  const tree = pattern?.version === run.patternVersion ? pattern.tree : undefined;
  return (
    <div class="callout">
      {steps.slice(0, LINES_MAX).map((step) => (
        <p key={step.path}>
          <Link href={runHref(run.id, { step: step.path })}>{pathText(step.path)}</Link> {reason(step, tree)}.
        </p>
      ))}
      {steps.length > LINES_MAX && <p class="muted">and {steps.length - LINES_MAX} more steps</p>}
    </div>
  );
}

function waits({ state, waitsFor, child, endedAt }: StepView): boolean {
  if (endedAt !== null) return false;
  return waitsFor === "time" || state === "retrying" || state === "lost" || child !== null;
}

function reason(step: StepView, tree: PlaceView | undefined): ComponentChildren {
  if (step.child !== null) {
    return (
      <>
        waits for run <RunLink run={step.child} />, for <Age at={step.startedAt} suffix="" />
      </>
    );
  }
  if (step.waitsFor === "time") {
    const delayMs = tree === undefined ? null : delayOf(tree, placePath(step.path));
    if (delayMs !== null) return <>waits until {until(step.startedAt + delayMs)}</>;
    return (
      <>
        waits for a time, for <Age at={step.startedAt} suffix="" />
      </>
    );
  }
  const last = step.attempts.at(-1);
  if (step.state === "lost")
    return "lost the process that worked on it; it is tried again once the run goes on";
  if (last === undefined || last.retryAt === null) return "is tried again";
  return (
    <>
      failed in attempt {last.attempt}
      {last.error !== null && <> ({last.error.code})</>} and is tried again {until(last.retryAt)}
    </>
  );
}

function until(at: number): JSX.Element {
  return (
    <>
      <Moment at={at} />
      {at > now.value ? `, in ${durationText(at - now.value)}` : ", any moment"}
    </>
  );
}

/** Items and rounds of a step are one place. */
function placePath(path: string): string {
  return path.replace(/(^|\/)\[\d+\](?=\/|$)/g, "$1[*]");
}

function delayOf({ path, delayMs, children }: PlaceView, wanted: string): number | null {
  if (path === wanted && delayMs !== null) return delayMs;
  for (const child of children) {
    const found = delayOf(child, wanted);
    if (found !== null) return found;
  }
  return null;
}

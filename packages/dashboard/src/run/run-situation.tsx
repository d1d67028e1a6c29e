/** Why the run does not go on, or how it ended badly, and what helps. Nothing where all is well. */
import type { JSX } from "preact";
import { AnswerForm } from "../actions/answer-form.tsx";
import { useAnswer } from "../connection/answers.ts";
import type { OutcomeView, RunDetail } from "../connection/contract.ts";
import { useTopic } from "../connection/live-answers.ts";
import { pathText } from "../format/path.ts";
import { BreakerText } from "../parts/breaker-text.tsx";
import { CopyCommand } from "../parts/copy-command.tsx";
import { Age, Moment } from "../parts/moment.tsx";
import { statusText } from "../parts/status.tsx";
import { runHref } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";
import { ErrorBox } from "./error-box.tsx";
import { useRunSteps } from "./use-run-steps.ts";
import { WhyWaiting } from "./why-waiting.tsx";

/** Everything a person should know first. */
export function RunSituation({ detail }: { readonly detail: RunDetail }): JSX.Element {
  const { run, queued, paused, cancelRequested, stranded, outcome } = detail;
  return (
    <div class="situation">
      {stranded !== null && (
        <div class="callout callout-bad">
          <p>
            <strong>Stranded:</strong> {stranded.reason}
          </p>
          <p>{stranded.hint}</p>
          <CopyCommand words={["reeve", "resume", run.id]} isShown />
        </div>
      )}
      {paused !== null && (
        <p class="callout callout-warn">
          Paused by {paused.by} <Age at={paused.at} />
          {paused.reason !== "" && `: ${paused.reason}`}
        </p>
      )}
      {cancelRequested !== null && outcome === null && (
        <p class="callout callout-warn">
          {cancelRequested.by} asked for its end <Age at={cancelRequested.at} />
          {cancelRequested.reason !== "" && `: ${cancelRequested.reason}`}
        </p>
      )}
      {queued !== null && (
        <p class="callout">
          Queued for <Age at={queued.since} suffix="" />
          {queued.notBefore !== null && (
            <>
              ; it begins <Moment at={queued.notBefore} />
            </>
          )}
        </p>
      )}
      {run.state === "waiting" && <LeftAlone pattern={run.pattern} />}
      {run.state === "waiting" && <Approvals run={run.id} />}
      {outcome === null && <WhyWaiting run={run} />}
      {outcome !== null && <Ending outcome={outcome} run={run.id} />}
    </div>
  );
}

/** Agents of its pattern whose attempts wait, because a breaker is open. */
function LeftAlone({ pattern }: { readonly pattern: string }): JSX.Element {
  useTopic("runs");
  const agents = useAnswer("agents", {}).value?.agents ?? [];
  return (
    <>
      {agents.map(
        ({ name, patterns, breaker }) =>
          breaker !== null &&
          patterns.includes(pattern) && (
            <p key={name} class="callout callout-warn">
              The breaker of agent <strong>{name}</strong> is {breaker.state}, so its attempts wait.{" "}
              <BreakerText breaker={breaker} />.
            </p>
          ),
      )}
    </>
  );
}

function Approvals({ run }: { readonly run: string }): JSX.Element {
  const { value } = useRunSteps(run);
  const waiting = (value?.steps ?? []).filter(
    ({ waitsFor, state }) => waitsFor === "signal" && state === "waiting",
  );
  return (
    <>
      {waiting.slice(0, 5).map((step) => (
        <div key={step.path} class="callout callout-warn">
          <p>
            <strong>{pathText(step.path)}</strong> has waited for an answer for{" "}
            <Age at={step.startedAt} suffix="" />.
          </p>
          <AnswerForm run={run} path={step.path} />
        </div>
      ))}
    </>
  );
}

function Ending({ outcome, run }: { readonly outcome: OutcomeView; readonly run: string }): JSX.Element {
  return (
    <>
      {outcome.error !== null && (
        <ErrorBox error={outcome.error} run={run} title={statusText(outcome.status)} />
      )}
      {outcome.error === null && outcome.reason !== null && <p class="callout">Reason: {outcome.reason}</p>}
      <Paths title="Could not be undone; look at them by hand" paths={outcome.notUndone} run={run} isBad />
      <Paths title="Their effect is unknown" paths={outcome.unsure} run={run} isBad />
      <Paths title="Undone" paths={outcome.undone} run={run} />
      <Paths title="Left standing" paths={outcome.kept} run={run} />
    </>
  );
}

interface PathsProps {
  readonly title: string;
  readonly paths: readonly string[];
  readonly run: string;
  readonly isBad?: boolean;
}

const PATHS_SHOWN_MAX = 12;

function Paths({ title, paths, run, isBad = false }: PathsProps): JSX.Element | null {
  if (paths.length === 0) return null;
  return (
    <p class={isBad ? "callout callout-bad" : "callout"}>
      {title}:{" "}
      {paths.slice(0, PATHS_SHOWN_MAX).map((path, index) => (
        <span key={path}>
          {index > 0 && ", "}
          <Link href={runHref(run, { step: path })}>{pathText(path)}</Link>
        </span>
      ))}
      {paths.length > PATHS_SHOWN_MAX && ` and ${paths.length - PATHS_SHOWN_MAX} more`}
    </p>
  );
}

/** One step in full: its attempts with their errors, its output, and what can be done from here. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMayOperate } from "../actions/act.ts";
import { AnswerForm } from "../actions/answer-form.tsx";
import { ForkDialog } from "../actions/fork-dialog.tsx";
import { Action } from "../actions/run-actions.tsx";
import type { AttemptView, RunSummary, StepView } from "../connection/contract.ts";
import { durationText } from "../format/duration.ts";
import { exactClockText } from "../format/moment.ts";
import { pathText, stepName } from "../format/path.ts";
import { Mark } from "../parts/mark.tsx";
import { Lasting } from "../parts/moment.tsx";
import { StatusBadge, StatusIcon } from "../parts/status.tsx";
import { Value } from "../parts/value.tsx";
import { ErrorBox } from "./error-box.tsx";
import { RunLink } from "../parts/run-link.tsx";

interface StepCardProps {
  readonly run: RunSummary;
  readonly step: StepView;
  readonly onClose: () => void;
}

/** The card. */
export function StepCard({ run, step, onClose }: StepCardProps): JSX.Element {
  const waits = step.waitsFor === "signal" && step.state === "waiting";
  return (
    <aside class="card step-card" aria-label={`Step ${pathText(step.path)}`}>
      <header>
        <h2 class="break">{stepName(step.path)}</h2>
        <StatusBadge status={step.state} />
        <span class="spacer" />
        <button type="button" class="icon-button" aria-label="Close the step" onClick={onClose}>
          <Mark path="M4 4l8 8M12 4l-8 8" width="1.6" />
        </button>
      </header>
      <dl class="facts">
        <div>
          <dt>Path</dt>
          <dd class="mono break">{step.path}</dd>
        </div>
        {step.agent !== null && (
          <div>
            <dt>Agent</dt>
            <dd>{step.agent}</dd>
          </div>
        )}
        <div>
          <dt>Took</dt>
          <dd>
            <Lasting from={step.startedAt} to={step.endedAt} />
          </dd>
        </div>
        {step.child !== null && (
          <div>
            <dt>Run</dt>
            <dd>
              <RunLink run={step.child} />
            </dd>
          </div>
        )}
      </dl>
      {step.takenOver && <p class="muted">Taken over from the run that this one was made from.</p>}
      {step.note !== null && <p class="muted">{step.note}</p>}
      {waits && <AnswerForm run={run.id} path={step.path} />}
      <Attempts step={step} run={run.id} />
      {step.hasOutput && <Value run={run.id} path={step.path} which="output" title="Output" />}
      {step.kind !== "undo" && step.endedAt !== null && <FromHere run={run.id} path={step.path} />}
    </aside>
  );
}

function Attempts({ step, run }: { readonly step: StepView; readonly run: string }): JSX.Element | null {
  if (step.attempts.length === 0) return null;
  const dropped = step.attemptCount - step.attempts.length;
  return (
    <section>
      <h3>{step.attemptCount === 1 ? "1 attempt" : `${step.attemptCount} attempts`}</h3>
      {dropped > 0 && <p class="muted small">The latest {step.attempts.length} of them:</p>}
      <ol class="attempts">
        {step.attempts.map((attempt) => (
          <li key={attempt.attempt}>
            <p>
              <StatusIcon status={attempt.result} />
              <span>attempt {attempt.attempt}</span>
              <span class="muted">{exactClockText(attempt.startedAt)}</span>
              <span class="spacer" />
              <Lasting from={attempt.startedAt} to={attempt.endedAt} />
            </p>
            {attempt.error !== null && (
              <ErrorBox
                error={{ ...attempt.error, path: "", attempt: null }}
                run={run}
                title={resultText(attempt)}
              />
            )}
            {attempt.retryAt !== null && attempt.endedAt !== null && (
              <p class="muted small">again after {durationText(attempt.retryAt - attempt.endedAt)}</p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function resultText({ unsure, result }: AttemptView): string {
  if (unsure) return "Failed, and may have had its effect";
  return result === "lost" ? "Lost" : "Failed";
}

function FromHere({ run, path }: { readonly run: string; readonly path: string }): JSX.Element {
  const isAsked = useSignal(false);
  const mayOperate = useMayOperate();
  return (
    <div class="actions">
      <Action
        label="Retry from here…"
        title="Start a new run that does this step and all that follows anew"
        isAllowed={mayOperate}
        command={["reeve", "fork", run, "--from", path]}
        onPress={() => (isAsked.value = true)}
      />
      {isAsked.value && <ForkDialog run={run} from={path} onClose={() => (isAsked.value = false)} />}
    </div>
  );
}

/** One choice: what was chosen for which task, why, and among which candidates. */
import type { ComponentChildren, JSX } from "preact";
import type { ChoiceView } from "../connection/contract.ts";
import { visibleText } from "../format/visible-text.ts";
import { Moment } from "../parts/moment.tsx";
import { RunLink } from "../parts/run-link.tsx";
import { StatusIcon } from "../parts/status.tsx";
import { Candidates } from "./candidates.tsx";

interface ChoiceCardProps {
  readonly choice: ChoiceView;
  readonly isOpen: boolean;
}

/** Opens to its candidates. */
export function ChoiceCard({ choice, isOpen }: ChoiceCardProps): JSX.Element {
  const { run, at, domain, pattern, reason } = choice;
  return (
    <details class="choice" open={isOpen}>
      <summary>
        <StatusIcon status={pattern === null ? "rejected" : "completed"} />
        <span class="choice-what cut">
          <strong>{pattern ?? "no pattern"}</strong> <span class="muted">for {visibleText(domain)}</span>
        </span>
        <span class="choice-reason cut">{reason}</span>
        <span class="muted small choice-when">
          <Moment at={at} />
        </span>
      </summary>
      <ChoiceReasons choice={choice}>
        {" "}
        The run is <RunLink run={run} />.
      </ChoiceReasons>
      <Candidates choice={choice} />
    </details>
  );
}

interface ChoiceReasonsProps {
  readonly choice: ChoiceView;
  readonly children?: ComponentChildren;
}

/** The sentence, and what was unusual about the choice. */
export function ChoiceReasons({ choice, children }: ChoiceReasonsProps): JSX.Element {
  const { reason, forced, recovery } = choice;
  return (
    <p class="card-note">
      {reason}.{forced && " It is new and got one of its first tries."}
      {recovery !== null && ` Recovery: ${recovery.replaceAll("-", " ")}.`}
      {children}
    </p>
  );
}

/** What the run's steps changed of its context: each key before and after, as text. */
import type { JSX } from "preact";
import type { ContextChangeView, DifferenceView, RunDetail } from "../connection/contract.ts";
import { exactClockText } from "../format/moment.ts";
import { pathText } from "../format/path.ts";
import { visibleText } from "../format/visible-text.ts";
import { runHref } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";

const TONES: Readonly<Record<ContextChangeView["severity"], string>> = {
  critical: "bad",
  moderate: "warn",
  minor: "calm",
};

/** All changes that are kept, the oldest first. */
export function ContextPanel({ detail }: { readonly detail: RunDetail }): JSX.Element {
  return (
    <ol class="context-changes">
      {detail.contextChanges.map((change) => (
        <li key={`${change.at} ${change.path}`} class="card">
          <header>
            <h2>
              <Link href={runHref(detail.run.id, { step: change.path })}>{pathText(change.path)}</Link>
            </h2>
            <span class={`small tone-${TONES[change.severity]}`}>{change.severity}</span>
            <span class="muted small">{exactClockText(change.at)}</span>
          </header>
          <Differences differences={change.differences} />
        </li>
      ))}
    </ol>
  );
}

/** Keys with what they were and what they are. */
function Differences({ differences }: { readonly differences: readonly DifferenceView[] }): JSX.Element {
  return (
    <dl class="differences">
      {differences.map(({ key, before, after }) => (
        <div key={key}>
          <dt class="mono">{key}</dt>
          <dd>
            {before === null ? (
              <span class="muted">not there</span>
            ) : (
              <del class="mono">{visibleText(before)}</del>
            )}
            <span class="muted" aria-hidden="true">
              {" → "}
            </span>
            {after === null ? (
              <span class="muted">removed</span>
            ) : (
              <ins class="mono">{visibleText(after)}</ins>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

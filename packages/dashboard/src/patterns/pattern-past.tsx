/** How all runs of a pattern ended, how long they took, and by which versions they ran. */
import type { JSX } from "preact";
import { useAnswer } from "../connection/answers.ts";
import type { PatternHistory } from "../connection/contract.ts";
import { countText, shareText } from "../format/count.ts";
import { Moment } from "../parts/moment.tsx";
import { StatusBadge } from "../parts/status.tsx";
import { hrefOf } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";
import { DurationHistogram } from "./duration-histogram.tsx";

/** Two cards beside each other; nothing where there were no runs. */
export function PatternPast({ pattern }: { readonly pattern: string }): JSX.Element | null {
  const past = useAnswer("patternHistory", { name: pattern }).value;
  if (past === undefined || past.versions.length === 0) return null;
  return (
    <div class="columns">
      <section class="card" aria-labelledby="outcomes">
        <header>
          <h2 id="outcomes">Outcomes of all runs</h2>
        </header>
        <Outcomes past={past} />
        <DurationHistogram bins={past.durations} />
      </section>
      <section class="card card-table" aria-labelledby="versions">
        <header>
          <h2 id="versions">Versions</h2>
        </header>
        <Versions past={past} />
      </section>
    </div>
  );
}

function Outcomes({ past }: { readonly past: PatternHistory }): JSX.Element {
  const outcomes = past.outcomes.toSorted((left, right) => right.count - left.count);
  const all = outcomes.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return <p class="nothing">No run has ended.</p>;
  return (
    <ul class="outcomes">
      {outcomes.map(({ status, count }) => (
        <li key={status}>
          <Link href={hrefOf("/runs", { pattern: past.pattern, status })}>
            <StatusBadge status={status} />
          </Link>
          <span class="number">{countText(count)}</span>
          <span class="number muted">{shareText(count / all)}</span>
        </li>
      ))}
    </ul>
  );
}

function Versions({ past }: { readonly past: PatternHistory }): JSX.Element {
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">Version</th>
          <th scope="col" class="number">
            Runs
          </th>
          <th scope="col">First run</th>
          <th scope="col">Latest run</th>
        </tr>
      </thead>
      <tbody>
        {past.versions.map(({ version, runs, firstAt, lastAt }) => (
          <tr key={version}>
            <th scope="row" class="mono cut">
              {version}
            </th>
            <td class="number">{countText(runs)}</td>
            <td class="muted">
              <Moment at={firstAt} />
            </td>
            <td class="muted">
              <Moment at={lastAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Runs as rows, the same on every page. */
import type { JSX } from "preact";
import type { RunSummary } from "../connection/contract.ts";
import { Age, Lasting, Moment } from "../parts/moment.tsx";
import { StatusBadge, statusOf } from "../parts/status.tsx";
import { runHref } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";
import { visibleText } from "../format/visible-text.ts";

interface RunTableProps {
  readonly runs: readonly RunSummary[];
  readonly caption: string;
  /** Shows how long ago instead of when. */
  readonly isShort?: boolean;
}

/** A table of runs. */
export function RunTable({ runs, caption, isShort = false }: RunTableProps): JSX.Element {
  return (
    <table class={isShort ? "rows rows-folded rows-short" : "rows rows-folded"}>
      <caption class="unseen">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Status</th>
          <th scope="col">Run</th>
          <th scope="col" class="extra">
            Pattern
          </th>
          {!isShort && (
            <th scope="col" class="extra">
              Domain
            </th>
          )}
          {!isShort && (
            <th scope="col" class="extra">
              Asked by
            </th>
          )}
          <th scope="col" class="extra">
            Started
          </th>
          <th scope="col" class="number">
            Took
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow key={run.id} run={run} isShort={isShort} />
        ))}
      </tbody>
    </table>
  );
}

function RunRow({ run, isShort }: { readonly run: RunSummary; readonly isShort: boolean }): JSX.Element {
  const started = isShort ? <Age at={run.startedAt} /> : <Moment at={run.startedAt} />;
  // On narrow screens pattern and time stand in the second line of other cells.
  return (
    <tr>
      <td>
        <StatusBadge status={statusOf(run)} />
      </td>
      <th scope="row" class="cut">
        <Link href={runHref(run.id)} class="mono" title={visibleText(run.id)}>
          {visibleText(run.id)}
        </Link>
        <span class="folded cut muted small">{run.pattern}</span>
      </th>
      <td class="cut extra" title={`${run.pattern} ${run.patternVersion}`}>
        {run.pattern}
      </td>
      {!isShort && <td class="cut muted extra">{visibleText(run.domain)}</td>}
      {!isShort && <td class="cut muted extra">{run.principal}</td>}
      <td class="muted extra">{started}</td>
      <td class="number">
        <Lasting from={run.startedAt} to={run.endedAt} />
        <span class="folded muted small">{started}</span>
      </td>
    </tr>
  );
}

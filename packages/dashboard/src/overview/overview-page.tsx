/** The page on call: is anything failing, why, since when, and what was done about it. */
import type { JSX } from "preact";
import { Budgets } from "../alerts/budgets.tsx";
import { CourseCharts } from "../charts/course-charts.tsx";
import { useAnswer } from "../connection/answers.ts";
import type { FailureGroup, Overview } from "../connection/contract.ts";
import { useTopic } from "../connection/live-answers.ts";
import { countText, plural, shareText } from "../format/count.ts";
import { pathText } from "../format/path.ts";
import { Empty } from "../parts/empty.tsx";
import { Age } from "../parts/moment.tsx";
import { Loading, Notice } from "../parts/notice.tsx";
import { StatusIcon } from "../parts/status.tsx";
import { RunTable } from "../runs/run-table.tsx";
import { hrefOf, runHref } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";
import { Figures } from "./figures.tsx";
import { HealthSentence } from "./health-sentence.tsx";

/** The overview. */
export function OverviewPage(): JSX.Element {
  useTopic("overview");
  const { value, error } = useAnswer("overview", {});
  if (value === undefined) {
    return (
      <div class="page">
        <h1 class="unseen">Overview</h1>
        {error === undefined ? <Loading rows={8} /> : <Notice error={error} />}
      </div>
    );
  }
  return (
    <div class="page">
      <h1 class="unseen">Overview</h1>
      <Notice error={error} />
      <HealthSentence health={value.health} />
      <Figures overview={value} />
      <OverviewBudgets />
      <CourseCharts />
      <div class="columns">
        <FailingNow groups={value.failures} />
        <RecentPatterns overview={value} />
      </div>
      <ActiveRuns overview={value} />
    </div>
  );
}

function OverviewBudgets(): JSX.Element | null {
  const { value } = useAnswer("alerts", {});
  return value === undefined ? null : <Budgets objectives={value.objectives} />;
}

function FailingNow({ groups }: { readonly groups: readonly FailureGroup[] }): JSX.Element {
  return (
    <section class="card" aria-labelledby="failing">
      <header>
        <h2 id="failing">Latest failures</h2>
        {groups.length > 0 && <Link href={hrefOf("/failures")}>All failures</Link>}
      </header>
      {groups.length === 0 ? (
        <p class="nothing">
          <StatusIcon status="ok" /> Nothing has failed.
        </p>
      ) : (
        <ul class="failing">
          {groups.slice(0, 6).map((group) => (
            <li key={`${group.pattern} ${group.step} ${group.code}`}>
              <StatusIcon status={group.outcome} />
              <div class="failing-text">
                <Link href={runHref(group.run)} class="cut">
                  {group.pattern}
                  {group.step !== "" && <span class="muted"> at {pathText(group.step)}</span>}
                </Link>
                <span class="cut muted" title={group.error.message}>
                  {group.error.message}
                </span>
              </div>
              <span class="number">
                {countText(group.count)}×
                <span class="muted small block">
                  <Age at={group.lastAt} />
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function RecentPatterns({ overview }: { readonly overview: Overview }): JSX.Element {
  const active = new Map(overview.activeByPattern.map(({ pattern, count }) => [pattern, count]));
  const rows = overview.recent.toSorted((left, right) => badShare(right) - badShare(left)).slice(0, 6);
  return (
    <section class="card" aria-labelledby="patterns">
      <header>
        <h2 id="patterns">Patterns, last 50 runs of each</h2>
        <Link href={hrefOf("/patterns")}>All patterns</Link>
      </header>
      {rows.length === 0 ? (
        <p class="nothing">No run has ended.</p>
      ) : (
        <table class="rows rows-short">
          <thead>
            <tr>
              <th scope="col">Pattern</th>
              <th scope="col" class="number extra">
                Active
              </th>
              <th scope="col">Went well</th>
              <th scope="col" class="number">
                Last end
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.pattern}>
                <th scope="row" class="cut">
                  <Link href={hrefOf("/runs", { pattern: row.pattern })}>{row.pattern}</Link>
                </th>
                <td class="number extra">{countText(active.get(row.pattern) ?? 0)}</td>
                <td>
                  <Share good={row.ended - row.bad} all={row.ended} />
                </td>
                <td class="number muted">
                  <Age at={row.lastAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function badShare({ bad, ended }: { readonly bad: number; readonly ended: number }): number {
  return ended === 0 ? 0 : bad / ended;
}

/** A share as a bar and a number. */
function Share({ good, all }: { readonly good: number; readonly all: number }): JSX.Element {
  const share = all === 0 ? 1 : good / all;
  return (
    <span class="share">
      <svg width="64" height="6" viewBox="0 0 64 6" aria-hidden="true">
        <rect width="64" height="6" rx="3" fill="var(--bad-soft)" />
        <rect width={64 * share} height="6" rx="3" fill="var(--good)" />
        {share < 1 && <rect x={64 * share} width={64 * (1 - share)} height="6" fill="var(--bad)" />}
      </svg>
      {shareText(share)}
    </span>
  );
}

function ActiveRuns({ overview }: { readonly overview: Overview }): JSX.Element {
  const { runs, active } = overview;
  const count = Object.values<number>({ ...active }).reduce((sum, part) => sum + part, 0);
  return (
    <section class="card card-table" aria-labelledby="active">
      <header>
        <h2 id="active">Active and waiting runs</h2>
        {count > runs.length && (
          <Link href={hrefOf("/runs", { status: "unfinished" })}>All {plural(count, "run")}</Link>
        )}
      </header>
      {runs.length === 0 ? (
        <Empty title="Nothing runs." command={["reeve", "run", "PATTERN", "--input", "{}"]}>
          Runs appear here as soon as they start.
        </Empty>
      ) : (
        <RunTable runs={runs} caption="Unfinished runs, the latest first" isShort />
      )}
    </section>
  );
}

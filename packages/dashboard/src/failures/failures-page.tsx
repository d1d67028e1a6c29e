/** Failures of the same kind as one line: where, what, how often, since when, and the latest of them. */
import type { JSX } from "preact";
import { useAnswer } from "../connection/answers.ts";
import type { FailureGroup } from "../connection/contract.ts";
import { useTopic } from "../connection/live-answers.ts";
import { countText } from "../format/count.ts";
import { pathText } from "../format/path.ts";
import { CopyCommand } from "../parts/copy-command.tsx";
import { Empty } from "../parts/empty.tsx";
import { Moment } from "../parts/moment.tsx";
import { Loading, Notice } from "../parts/notice.tsx";
import { StatusIcon, statusText } from "../parts/status.tsx";
import { visibleText } from "../format/visible-text.ts";
import { hrefOf, parameter, setParameters } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";
import { RunLink } from "../parts/run-link.tsx";

const COMMAND = ["reeve", "runs", "--outcome", "failed,rolled-back,rollback-failed,timed-out"];

/** The page. */
export function FailuresPage(): JSX.Element {
  useTopic("runs");
  const { value, error } = useAnswer("failures", {});
  const byCount = parameter("sort") === "count";
  const groups = byCount
    ? (value?.groups ?? []).toSorted((left, right) => right.count - left.count)
    : (value?.groups ?? []);
  return (
    <div class="page">
      <header class="page-head">
        <h1>Failures</h1>
        <CopyCommand words={COMMAND} />
        <span class="spacer" />
        <div class="segments" role="group" aria-label="Order">
          <button type="button" aria-pressed={!byCount} onClick={() => setParameters({ sort: "" })}>
            Latest
          </button>
          <button type="button" aria-pressed={byCount} onClick={() => setParameters({ sort: "count" })}>
            Most often
          </button>
        </div>
      </header>
      <Notice error={error} />
      {value === undefined && error === undefined && <Loading />}
      {value !== undefined && groups.length === 0 && (
        <Empty title="Nothing has failed." command={COMMAND}>
          Runs that end badly appear here, grouped by pattern, step and error.
        </Empty>
      )}
      <ul class="failures">
        {groups.map((group) => (
          <li key={`${group.pattern} ${group.step} ${group.code}`} class="card failure">
            <FailureCard group={group} />
          </li>
        ))}
      </ul>
      {value !== undefined && value.dropped > 0 && (
        <p class="muted">{countText(value.dropped)} older kinds of failure are no longer listed.</p>
      )}
    </div>
  );
}

function FailureCard({ group }: { readonly group: FailureGroup }): JSX.Element {
  const { error } = group;
  return (
    <>
      <header>
        <StatusIcon status={group.outcome} size={16} />
        <h2>
          <Link href={hrefOf("/runs", { pattern: group.pattern, status: "bad" })}>{group.pattern}</Link>
          {group.step !== "" && <span class="muted"> at {pathText(group.step)}</span>}
        </h2>
        <code>{group.code}</code>
        <span class="spacer" />
        <strong class="failure-count">{countText(group.count)}×</strong>
      </header>
      <p class="error-message">{visibleText(error.message)}</p>
      {error.hint !== null && <p class="error-hint">{visibleText(error.hint)}</p>}
      <p class="muted small">
        first <Moment at={group.firstAt} />, last <Moment at={group.lastAt} /> · the latest{" "}
        {statusText(group.outcome)} run: <RunLink run={group.run} step={error.path} />
      </p>
    </>
  );
}

/** The list of runs: live, filtered, sorted, by pages; all of it in the address. */
import type { JSX } from "preact";
import { useAnswer } from "../connection/answers.ts";
import { now } from "../connection/clock.ts";
import { useTopic } from "../connection/live-answers.ts";
import { CopyCommand } from "../parts/copy-command.tsx";
import { Empty } from "../parts/empty.tsx";
import { Loading, Notice } from "../parts/notice.tsx";
import { parameter, setParameters } from "../shell/address.ts";
import { RunFilters } from "./run-filters.tsx";
import { PAGE_SIZE, runsCommand, runsQuery } from "./run-query.ts";
import { RunTable } from "./run-table.tsx";

/** The page. */
export function RunsPage(): JSX.Element {
  useTopic("runs");
  const query = runsQuery(parameter, now.peek());
  const { value, error } = useAnswer("runs", query);
  const runs = value?.runs ?? [];
  const isFirst = parameter("after") === "";
  const next = value?.next ?? null;
  const turn = (after: string): void => {
    setParameters({ after }, { isStep: true });
    window.scrollTo(0, 0);
  };
  return (
    <div class="page">
      <header class="page-head">
        <h1>Runs</h1>
        <CopyCommand words={runsCommand(query)} />
      </header>
      <RunFilters />
      <Notice error={error} />
      {value === undefined && error === undefined && <Loading rows={10} />}
      {value !== undefined && runs.length === 0 && <NoRuns isFirst={isFirst} />}
      {runs.length > 0 && (
        <div class="card card-table">
          <RunTable runs={runs} caption="Runs" />
        </div>
      )}
      {(!isFirst || next !== null) && (
        <nav class="pager" aria-label="Pages of runs">
          <button type="button" class="button button-plain" disabled={isFirst} onClick={() => turn("")}>
            First page
          </button>
          <button
            type="button"
            class="button button-plain"
            disabled={next === null}
            onClick={() => turn(next ?? "")}
          >
            Next {PAGE_SIZE}
          </button>
        </nav>
      )}
    </div>
  );
}

function NoRuns({ isFirst }: { readonly isFirst: boolean }): JSX.Element {
  const isFiltered = ["status", "pattern", "domain", "since"].some((name) => parameter(name) !== "");
  if (!isFirst) return <Empty title="No further runs." />;
  if (!isFiltered) {
    return (
      <Empty title="There are no runs yet." command={["reeve", "run", "PATTERN", "--input", "{}"]}>
        Start one; it appears here at once.
      </Empty>
    );
  }
  return (
    <div class="empty">
      <p class="empty-title">No run fits.</p>
      <button
        type="button"
        class="button button-plain"
        onClick={() => setParameters({ status: "", pattern: "", domain: "", since: "" })}
      >
        Show all runs
      </button>
    </div>
  );
}

/** The registered patterns, with how their latest runs went. */
import type { JSX } from "preact";
import { useAnswer } from "../connection/answers.ts";
import type { Overview, PatternSummary } from "../connection/contract.ts";
import { useTopic } from "../connection/live-answers.ts";
import { countText, plural, shareText } from "../format/count.ts";
import { CopyCommand } from "../parts/copy-command.tsx";
import { Empty } from "../parts/empty.tsx";
import { Age } from "../parts/moment.tsx";
import { Loading, Notice } from "../parts/notice.tsx";
import { StatusBadge } from "../parts/status.tsx";
import { hrefOf, parameter, setParameters } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";

/** With fewer patterns there is nothing to search. */
const FIND_FROM = 20;

/** The page. */
export function PatternsPage(): JSX.Element {
  useTopic("overview");
  const { value, error } = useAnswer("patterns", {});
  const overview = useAnswer("overview", {}).value;
  const recent = new Map(overview?.recent.map((row) => [row.pattern, row]));
  const active = new Map(overview?.activeByPattern.map((row) => [row.pattern, row.count]));
  const all = value?.patterns ?? [];
  const find = parameter("find");
  const patterns = all.filter(({ name, agents }) => [name, ...agents].some((text) => text.includes(find)));
  return (
    <div class="page">
      <header class="page-head">
        <h1>Patterns</h1>
        <CopyCommand words={["reeve", "patterns"]} />
      </header>
      <Notice error={error} />
      {value === undefined && error === undefined && <Loading />}
      {value !== undefined && all.length === 0 && (
        <Empty title="No pattern is registered." command={["reeve", "init"]}>
          The configuration registers them.
        </Empty>
      )}
      {(all.length > FIND_FROM || find !== "") && <Find found={patterns.length} all={all.length} />}
      {all.length > 0 && patterns.length === 0 && <Empty title="No pattern or agent is called so." />}
      {patterns.length > 0 && (
        <div class="card card-table">
          <table class="rows">
            <thead>
              <tr>
                <th scope="col">Pattern</th>
                <th scope="col" class="extra">
                  Kind
                </th>
                <th scope="col" class="extra">
                  Version
                </th>
                <th scope="col" class="extra">
                  Agents
                </th>
                <th scope="col" class="number">
                  Active
                </th>
                <th scope="col" class="number">
                  Went well<span class="extra">, of the last 50</span>
                </th>
                <th scope="col" class="number">
                  Last end
                </th>
              </tr>
            </thead>
            <tbody>
              {patterns.map((pattern) => (
                <PatternRow
                  key={pattern.name}
                  pattern={pattern}
                  endings={recent.get(pattern.name)}
                  active={active.get(pattern.name) ?? 0}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function Find({ found, all }: { readonly found: number; readonly all: number }): JSX.Element {
  return (
    <form
      class="filters"
      role="search"
      aria-label="Find patterns"
      onSubmit={(event) => event.preventDefault()}
    >
      <label>
        <span class="unseen">Part of a pattern's or agent's name</span>
        <input
          type="search"
          placeholder="Part of a name"
          value={parameter("find")}
          onInput={(event) => setParameters({ find: event.currentTarget.value.trim() })}
        />
      </label>
      <span class="muted found">
        {countText(found)} of {plural(all, "pattern")}
      </span>
    </form>
  );
}

interface PatternRowProps {
  readonly pattern: PatternSummary;
  readonly endings: Overview["recent"][number] | undefined;
  readonly active: number;
}

function PatternRow({ pattern, endings, active }: PatternRowProps): JSX.Element {
  const { name, description, paused } = pattern;
  return (
    <tr>
      <th scope="row" class="cut">
        <Link href={hrefOf(`/patterns/${encodeURIComponent(name)}`)} title={description ?? ""}>
          {name}
        </Link>{" "}
        {paused !== null && <StatusBadge status="paused" />}
      </th>
      <td class="muted extra">{pattern.kind}</td>
      <td class="mono cut extra">{pattern.version}</td>
      <td class="cut muted extra">{pattern.agents.join(", ")}</td>
      <td class="number">{countText(active)}</td>
      <td class="number">
        {endings === undefined || endings.ended === 0
          ? "–"
          : shareText((endings.ended - endings.bad) / endings.ended)}
      </td>
      <td class="number muted">{endings === undefined ? "–" : <Age at={endings.lastAt} />}</td>
    </tr>
  );
}

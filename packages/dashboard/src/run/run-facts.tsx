/** Who asked for the run, when, where it comes from, and what it used. */
import type { ComponentChildren, JSX } from "preact";
import type { RunDetail, RunOriginView } from "../connection/contract.ts";
import { countText } from "../format/count.ts";
import { pathText } from "../format/path.ts";
import { Lasting, Moment } from "../parts/moment.tsx";
import { RunLink } from "../parts/run-link.tsx";

const PRIORITIES = ["background", "low", "normal", "high", "urgent"];

/** The facts as a line of pairs. */
export function RunFacts({ detail }: { readonly detail: RunDetail }): JSX.Element {
  const { run, usage, counts } = detail;
  const attributes = Object.entries(detail.attributes);
  return (
    <dl class="facts">
      <Fact name="Started">
        <Moment at={run.startedAt} />
      </Fact>
      <Fact name={run.endedAt === null ? "For" : "Took"}>
        <Lasting from={run.startedAt} to={run.endedAt} />
      </Fact>
      <Fact name="Steps">
        {countText(counts.completed)} done
        {counts.failed > 0 && `, ${countText(counts.failed)} failed`}
        {counts.retried > 0 && `, ${countText(counts.retried)} retried`}
        {counts.lost > 0 && `, ${countText(counts.lost)} lost`}
        {counts.undone > 0 && `, ${countText(counts.undone)} undone`}
      </Fact>
      <Fact name="Domain">{run.domain}</Fact>
      <Fact name="Asked by">{run.principal}</Fact>
      {run.priority !== 2 && <Fact name="Priority">{PRIORITIES[run.priority] ?? run.priority}</Fact>}
      {run.origin !== null && <Origin origin={run.origin} />}
      {usage !== null && (
        <Fact name="Used">
          {countText(usage.inputTokens)} + {countText(usage.outputTokens)} tokens
          {usage.costUsd > 0 && `, ${usage.costUsd.toFixed(usage.costUsd < 0.1 ? 4 : 2)} USD`}
        </Fact>
      )}
      {attributes.map(([name, value]) => (
        <Fact key={name} name={name}>
          <code>{typeof value === "string" ? value : JSON.stringify(value)}</code>
        </Fact>
      ))}
    </dl>
  );
}

function Origin({ origin }: { readonly origin: RunOriginView }): JSX.Element {
  const { parent, forkedFrom, schedule } = origin;
  return (
    <>
      {parent !== null && (
        <Fact name="Started by">
          <RunLink run={parent.run} step={parent.path} />
        </Fact>
      )}
      {forkedFrom !== null && (
        <Fact name="Made from">
          <RunLink run={forkedFrom.run} />
          {forkedFrom.from !== null && forkedFrom.from !== "" && ` at ${pathText(forkedFrom.from)}`}
        </Fact>
      )}
      {schedule !== null && <Fact name="Schedule">{schedule.name}</Fact>}
    </>
  );
}

function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** One pattern: its tree with its agents, its limits, what is believed of it, its past, what is worth changing, and its latest runs. */
import type { JSX } from "preact";
import { act, useMayOperate } from "../actions/act.ts";
import { Action } from "../actions/run-actions.tsx";
import { CourseCharts } from "../charts/course-charts.tsx";
import { useAnswer } from "../connection/answers.ts";
import type { PatternDetail } from "../connection/contract.ts";
import { useTopic } from "../connection/live-answers.ts";
import { durationText } from "../format/duration.ts";
import { pathText } from "../format/path.ts";
import { Empty } from "../parts/empty.tsx";
import { Age } from "../parts/moment.tsx";
import { Loading, Notice } from "../parts/notice.tsx";
import { RunTable } from "../runs/run-table.tsx";
import { hrefOf } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";
import { PatternConfidence } from "./pattern-confidence.tsx";
import { PatternPast } from "./pattern-past.tsx";
import { PatternTree } from "./pattern-tree.tsx";

const RUNS_SHOWN = 12;

/** The page. */
export function PatternPage({ rest: name }: { readonly rest: string }): JSX.Element {
  useTopic("runs");
  const { value: pattern, error } = useAnswer("pattern", { name });
  const steps = useAnswer("patternSteps", { name }).value?.steps ?? [];
  const runs = useAnswer("runs", { pattern: name, limit: RUNS_SHOWN }).value?.runs ?? [];
  return (
    <div class="page">
      <header class="page-head">
        <h1 class="break">{name}</h1>
        <span class="spacer" />
        {pattern !== undefined && <PauseSwitch pattern={pattern} />}
      </header>
      {error?.status === 404 ? (
        <Empty title="No pattern of this name is registered." command={["reeve", "patterns"]} />
      ) : (
        <Notice error={error} />
      )}
      {pattern === undefined && error === undefined && <Loading rows={6} />}
      {pattern !== undefined && <Facts pattern={pattern} />}
      <CourseCharts pattern={name} />
      {pattern !== undefined && (
        <section class="card" aria-labelledby="tree">
          <header>
            <h2 id="tree">Steps</h2>
          </header>
          <PatternTree tree={pattern.tree} activity={steps} />
        </section>
      )}
      <PatternConfidence pattern={name} />
      <PatternPast pattern={name} />
      {pattern !== undefined && <Advice pattern={pattern} />}
      <section class="card card-table" aria-labelledby="runs">
        <header>
          <h2 id="runs">Latest runs</h2>
          <Link href={hrefOf("/runs", { pattern: name })}>All runs</Link>
        </header>
        {runs.length === 0 ? (
          <Empty title="It has no runs." command={["reeve", "run", name, "--input", "{}"]} />
        ) : (
          <RunTable runs={runs} caption={`Latest runs of ${name}`} />
        )}
      </section>
    </div>
  );
}

function PauseSwitch({ pattern }: { readonly pattern: PatternDetail }): JSX.Element {
  const mayOperate = useMayOperate();
  const { name, paused } = pattern;
  const press = (): void =>
    void (paused === null
      ? act("pausePattern", { name }, "Paused the pattern")
      : act("resumePattern", { name }, "The pattern goes on"));
  return (
    <Action
      label={paused === null ? "Pause" : "Resume"}
      title={paused === null ? "Hold back every attempt of its runs" : "Let its runs go on"}
      isAllowed={mayOperate}
      isMain={paused !== null}
      command={["reeve", paused === null ? "pause" : "resume", "--pattern", name]}
      onPress={press}
    />
  );
}

function Facts({ pattern }: { readonly pattern: PatternDetail }): JSX.Element {
  const { paused, versions, timeoutMs, limits, requires } = pattern;
  return (
    <>
      {pattern.description !== null && <p class="lead">{pattern.description}</p>}
      {paused !== null && (
        <p class="callout callout-warn">
          Paused by {paused.by} <Age at={paused.at} />
          {paused.reason !== "" && `: ${paused.reason}`}
        </p>
      )}
      <dl class="facts">
        <div>
          <dt>Version</dt>
          <dd class="mono">{pattern.version}</dd>
        </div>
        {versions.length > 1 && (
          <div>
            <dt>Also registered</dt>
            <dd class="mono">{versions.filter((version) => version !== pattern.version).join(", ")}</dd>
          </div>
        )}
        {pattern.domain !== null && (
          <div>
            <dt>Serves</dt>
            <dd>{pattern.domain}</dd>
          </div>
        )}
        {timeoutMs !== null && (
          <div>
            <dt>Time limit</dt>
            <dd>{durationText(timeoutMs)}</dd>
          </div>
        )}
        {limits.length > 0 && (
          <div>
            <dt>Limits</dt>
            <dd>{limits.join(", ")}</dd>
          </div>
        )}
        {requires.length > 0 && (
          <div>
            <dt>Requires</dt>
            <dd>{requires.join(", ")}</dd>
          </div>
        )}
      </dl>
    </>
  );
}

function Advice({ pattern }: { readonly pattern: PatternDetail }): JSX.Element | null {
  if (pattern.advice.length === 0) return null;
  return (
    <section class="card" aria-labelledby="advice">
      <header>
        <h2 id="advice">Advice</h2>
      </header>
      <ul class="advice">
        {pattern.advice.map(({ code, path, message }) => (
          <li key={`${code} ${path}`}>
            <p>
              {message} {path !== "" && <span class="muted">at {pathText(path)}</span>} <code>{code}</code>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

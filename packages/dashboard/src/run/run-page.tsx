/** One run: where it stands and why, its steps over time, its values, its events, its log, why its pattern was chosen and what became of its context. */
import type { JSX } from "preact";
import { RunActions } from "../actions/run-actions.tsx";
import { useAnswer } from "../connection/answers.ts";
import { useTopic } from "../connection/live-answers.ts";
import { CopyText } from "../parts/copy-text.tsx";
import { Empty } from "../parts/empty.tsx";
import { Loading, Notice } from "../parts/notice.tsx";
import { StatusBadge, statusOf } from "../parts/status.tsx";
import { chosenTab, Tabs, type Tab } from "../parts/tabs.tsx";
import { Value } from "../parts/value.tsx";
import { hrefOf, parameter } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";
import { ChoicePanel } from "./choice-panel.tsx";
import { ContextPanel } from "./context-panel.tsx";
import { EventsPanel } from "./events-panel.tsx";
import { LogPanel } from "./log-panel.tsx";
import { RunFacts } from "./run-facts.tsx";
import { RunSituation } from "./run-situation.tsx";
import { StepsPanel } from "./steps-panel.tsx";
import { useRunSteps } from "./use-run-steps.ts";
import { visibleText } from "../format/visible-text.ts";

/** The page of a run. */
export function RunPage({ rest: id }: { readonly rest: string }): JSX.Element {
  useTopic(`run:${id}`);
  const { value: detail, error } = useAnswer("run", { id });
  // Asked for at once, so that the steps need not wait for what stands above them.
  useRunSteps(parameter("tab") === "" ? id : undefined);
  const choice = useAnswer("choices", { run: id }).value?.choices[0];
  if (detail === undefined) {
    return (
      <div class="page">
        <h1 class="mono">{visibleText(id)}</h1>
        {error?.status === 404 ? (
          <Empty title="The log knows no such run." command={["reeve", "runs"]} />
        ) : error === undefined ? (
          <Loading rows={8} />
        ) : (
          <Notice error={error} />
        )}
      </div>
    );
  }
  const { run } = detail;
  const changes = detail.contextChanges.length;
  const tabs: readonly Tab[] = [
    { name: "steps", label: "Steps" },
    { name: "values", label: "Input and output" },
    { name: "events", label: "Events", count: detail.counts.events },
    { name: "log", label: "Log" },
    ...(choice === undefined ? [] : [{ name: "choice", label: "Choice" }]),
    ...(changes === 0 ? [] : [{ name: "context", label: "Context", count: changes }]),
  ];
  const tab = chosenTab(tabs);
  return (
    <div class="page">
      <header class="run-head">
        <div class="run-title">
          <p class="crumbs muted">
            <Link href={hrefOf("/runs", { pattern: run.pattern })}>{run.pattern}</Link>
            <span class="mono">{run.patternVersion}</span>
          </p>
          <h1>
            <span class="mono break">{visibleText(run.id)}</span>
            <CopyText text={run.id} what="id of the run" />
            <StatusBadge status={statusOf(run)} />
          </h1>
        </div>
        <RunActions detail={detail} />
      </header>
      <Notice error={error} />
      <RunFacts detail={detail} />
      <RunSituation detail={detail} />
      <Tabs tabs={tabs} label="What to show of the run" />
      <div id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === "steps" && <StepsPanel detail={detail} />}
        {tab === "values" && <Values run={run.id} hasOutput={run.outcome === "completed"} />}
        {tab === "events" && <EventsPanel detail={detail} />}
        {tab === "log" && <LogPanel detail={detail} />}
        {tab === "choice" && choice !== undefined && <ChoicePanel choice={choice} />}
        {tab === "context" && <ContextPanel detail={detail} />}
      </div>
    </div>
  );
}

function Values({ run, hasOutput }: { readonly run: string; readonly hasOutput: boolean }): JSX.Element {
  return (
    <div class="values">
      <Value run={run} path="" which="input" title="Input" />
      {hasOutput ? (
        <Value run={run} path="" which="output" title="Output" />
      ) : (
        <p class="muted">The run has no output; those of its steps are with the steps.</p>
      )}
    </div>
  );
}

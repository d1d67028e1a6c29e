/** What waits for a person, the oldest first, each with what can be done about it. */
import type { JSX } from "preact";
import { useMayOperate } from "../actions/act.ts";
import { AnswerForm } from "../actions/answer-form.tsx";
import { useAnswer } from "../connection/answers.ts";
import type { Need } from "../connection/contract.ts";
import { pathText } from "../format/path.ts";
import { CopyCommand } from "../parts/copy-command.tsx";
import { Empty } from "../parts/empty.tsx";
import { Age } from "../parts/moment.tsx";
import { Loading, Notice } from "../parts/notice.tsx";
import { StatusIcon, type Status } from "../parts/status.tsx";
import { RunLink } from "../parts/run-link.tsx";
import { visibleText } from "../format/visible-text.ts";

const titles: Readonly<Record<Need["kind"], string>> = {
  approval: "Waits for an answer",
  "rollback-failed": "Could not be undone",
  unsure: "Effect unknown",
  stranded: "Stranded",
};

const icons: Readonly<Record<Need["kind"], Status>> = {
  approval: "waiting",
  "rollback-failed": "rollback-failed",
  unsure: "lost",
  stranded: "stranded",
};

/** The page. */
export function NeedsPage(): JSX.Element {
  const { value, error } = useAnswer("needs", {});
  const mayOperate = useMayOperate();
  const needs = value?.needs ?? [];
  return (
    <div class="page">
      <header class="page-head">
        <h1>Needs you</h1>
        <CopyCommand words={["reeve", "runs", "--state", "waiting,stranded"]} />
      </header>
      <Notice error={error} />
      {value === undefined && error === undefined && <Loading />}
      {value !== undefined && needs.length === 0 && (
        <Empty title="Nothing waits for you." command={["reeve", "runs", "--state", "waiting"]}>
          Approvals, undos that failed, steps with an unknown effect and stranded runs appear here.
        </Empty>
      )}
      {value !== undefined && !mayOperate && needs.length > 0 && (
        <p class="callout">You may look, and not answer: the commands work where you may.</p>
      )}
      <ul class="needs">
        {needs.map((need) => (
          <li key={`${need.kind} ${need.run} ${need.paths.join(" ")}`} class="card need">
            <NeedCard need={need} />
          </li>
        ))}
      </ul>
      {value?.isMore === true && <p class="muted">There are more than are listed.</p>}
    </div>
  );
}

function NeedCard({ need }: { readonly need: Need }): JSX.Element {
  const { kind, run, paths, pattern } = need;
  const [first = ""] = paths;
  return (
    <>
      <header>
        <StatusIcon status={icons[kind]} size={16} />
        <h2>
          {titles[kind]}
          {first !== "" && <span class="muted"> · {paths.map(pathText).join(", ")}</span>}
        </h2>
        <span class="spacer" />
        <span class="muted">
          <Age at={need.since} suffix="" />
        </span>
      </header>
      <p class="need-run">
        {pattern} · <RunLink run={run} step={first} />
      </p>
      {kind !== "approval" && <p>{visibleText(need.detail)}</p>}
      {need.notByStarter && <p class="muted">Whoever started the run must not answer.</p>}
      {kind === "approval" && <AnswerForm run={run} path={first} />}
      {kind === "stranded" && <CopyCommand words={["reeve", "resume", run]} isShown />}
      {(kind === "rollback-failed" || kind === "unsure") && (
        <CopyCommand words={["reeve", "show", run]} isShown />
      )}
    </>
  );
}

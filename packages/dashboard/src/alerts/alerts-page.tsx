/** What fires, how much of each budget is left, and what fired before. */
import type { JSX } from "preact";
import { useAnswer } from "../connection/answers.ts";
import type { ThresholdView } from "../connection/contract.ts";
import { useTopic } from "../connection/live-answers.ts";
import { CopyCommand } from "../parts/copy-command.tsx";
import { Loading, Notice } from "../parts/notice.tsx";
import { StatusIcon } from "../parts/status.tsx";
import { AlertHistory } from "./alert-history.tsx";
import { FiringAlerts } from "./firing-alerts.tsx";
import { ObjectiveCard } from "./objective-card.tsx";
import { Silences } from "./silences.tsx";

/** The page. */
export function AlertsPage(): JSX.Element {
  useTopic("overview");
  const { value, error } = useAnswer("alerts", {});
  return (
    <div class="page">
      <header class="page-head">
        <h1>Alerts</h1>
        <CopyCommand words={["reeve", "alerts"]} />
      </header>
      <Notice error={error} />
      <section class="card" aria-labelledby="firing">
        <header>
          <h2 id="firing">Firing</h2>
        </header>
        {value === undefined ? <Loading rows={2} /> : <FiringAlerts alerts={value.alerts} />}
      </section>
      {value !== undefined && <Silences silences={value.silences} />}
      {value?.objectives.map((objective) => (
        <ObjectiveCard key={objective.name} objective={objective} />
      ))}
      {value !== undefined && value.thresholds.length > 0 && <Thresholds thresholds={value.thresholds} />}
      <section class="card card-table" aria-labelledby="history">
        <header>
          <h2 id="history">What fired before</h2>
        </header>
        <AlertHistory />
      </section>
    </div>
  );
}

function Thresholds({ thresholds }: { readonly thresholds: readonly ThresholdView[] }): JSX.Element {
  return (
    <section class="card" aria-labelledby="thresholds">
      <header>
        <h2 id="thresholds">Thresholds</h2>
      </header>
      <ul class="rules">
        {thresholds.map(({ name, text, severity, firing }) => (
          <li key={name}>
            <StatusIcon status={firing ? (severity === "page" ? "failing" : "attention") : "ok"} size={12} />
            <span>
              <strong>{name}</strong>: {text}
              {firing && " (fires)"}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

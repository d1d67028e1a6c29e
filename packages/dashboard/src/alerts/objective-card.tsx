/** One objective: its budget, how fast it burns in each window, and which alerts that would set off. */
import type { JSX } from "preact";
import type { ObjectiveView } from "../connection/contract.ts";
import { countText, shareText } from "../format/count.ts";
import { Gauge } from "../parts/gauge.tsx";
import { StatusIcon, type Status } from "../parts/status.tsx";
import { hrefOf } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";
import { Wide } from "../parts/wide.tsx";
import { budgetText, targetText } from "./budgets.tsx";

type Rule = ObjectiveView["alerts"][number];

/** The card. */
export function ObjectiveCard({ objective }: { readonly objective: ObjectiveView }): JSX.Element {
  const { name, pattern, windows, alerts } = objective;
  return (
    <section class="card objective" aria-label={`Objective ${name}`}>
      <header>
        <h2>{name}</h2>
        <Link href={hrefOf(`/patterns/${encodeURIComponent(pattern)}`)}>{pattern}</Link>
      </header>
      <div class="objective-body">
        <div class="budget">
          <Gauge left={objective.budgetLeft} label={budgetText(objective)} />
          <div class="budget-text">
            <p>{targetText(objective)}</p>
            <p class="muted small">
              {budgetText(objective)}
              {objective.budgetLeft !== null && ", counted over three days"}
            </p>
          </div>
        </div>
        <Wide label={`Windows of ${name}`}>
          <table class="rows">
            <thead>
              <tr>
                <th scope="col">Window</th>
                <th scope="col" class="number">
                  Well
                </th>
                <th scope="col" class="number">
                  Badly
                </th>
                <th scope="col" class="number">
                  Went badly
                </th>
                <th scope="col" class="number">
                  Burns
                </th>
              </tr>
            </thead>
            <tbody>
              {windows.map(({ window, good, bad, errorRate, burnRate }) => (
                <tr key={window}>
                  <th scope="row">{window}</th>
                  <td class="number">{countText(good)}</td>
                  <td class="number">{countText(bad)}</td>
                  <td class="number">{errorRate === null ? "–" : shareText(errorRate)}</td>
                  <td class={burnRate !== null && burnRate > 1 ? "number tone-bad" : "number"}>
                    {burnRate === null ? "–" : `${burnRate.toFixed(1)} ×`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
        <ul class="rules" aria-label={`Alerts of ${name}`}>
          {alerts.map((rule) => (
            <li key={rule.alert}>
              <StatusIcon status={statusOf(rule)} size={12} />
              <span>{ruleText(rule)}</span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function statusOf({ firing, severity, verdict }: Rule): Status {
  if (firing) return severity === "page" ? "failing" : "attention";
  return verdict === "held" ? "queued" : "ok";
}

const VERDICTS: Readonly<Record<Rule["verdict"], string>> = {
  firing: "fires",
  calm: "calm",
  held: "too few ended to judge",
};

function ruleText({ long, short, errorRateMax, severity, verdict, firing }: Rule): string {
  const when = `${severity} when more than ${shareText(errorRateMax)} go badly in ${long} and in ${short}`;
  return `${when}: ${firing ? "fires" : VERDICTS[verdict]}`;
}

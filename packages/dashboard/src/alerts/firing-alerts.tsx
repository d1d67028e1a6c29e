/** The alerts that fire, the pages before the tickets. */
import type { JSX } from "preact";
import type { AlertView } from "../connection/contract.ts";
import { visibleText } from "../format/visible-text.ts";
import { Age } from "../parts/moment.tsx";
import { StatusIcon } from "../parts/status.tsx";
import { hrefOf } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";

/** One line each. */
export function FiringAlerts({ alerts }: { readonly alerts: readonly AlertView[] }): JSX.Element {
  if (alerts.length === 0) {
    return (
      <p class="nothing">
        <StatusIcon status="ok" /> No alert fires.
      </p>
    );
  }
  const isPage = ({ severity }: AlertView): number => (severity === "page" ? 1 : 0);
  const rows = alerts.toSorted((left, right) => isPage(right) - isPage(left) || left.since - right.since);
  return (
    <ul class="firing">
      {rows.map((alert) => (
        <li key={alert.alert}>
          <StatusIcon status={alert.severity === "page" ? "failing" : "attention"} />
          <div class="firing-text">
            <p>{visibleText(alert.summary)}</p>
            <p class="muted small">
              <span class="mono break">{alert.alert}</span> · {alert.severity} · for{" "}
              <Age at={alert.since} suffix="" />
              {alert.pattern !== null && (
                <>
                  {" · "}
                  <Link href={hrefOf(`/patterns/${encodeURIComponent(alert.pattern)}`)}>{alert.pattern}</Link>
                </>
              )}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** The alerts that fire, the pages before the tickets. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMayOperate } from "../actions/act.ts";
import { Action } from "../actions/run-actions.tsx";
import type { AlertView } from "../connection/contract.ts";
import { dateText } from "../format/moment.ts";
import { visibleText } from "../format/visible-text.ts";
import { Age } from "../parts/moment.tsx";
import { StatusIcon } from "../parts/status.tsx";
import { hrefOf } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";
import { SilenceDialog } from "./silence-dialog.tsx";

/** One line each, with what keeps its news back. */
export function FiringAlerts({ alerts }: { readonly alerts: readonly AlertView[] }): JSX.Element {
  const asked = useSignal<string | undefined>(undefined);
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
    <>
      <ul class="firing">
        {rows.map((alert) => (
          <FiringAlert key={alert.alert} alert={alert} onSilence={() => (asked.value = alert.alert)} />
        ))}
      </ul>
      {asked.value !== undefined && (
        <SilenceDialog alert={asked.value} onClose={() => (asked.value = undefined)} />
      )}
    </>
  );
}

interface FiringAlertProps {
  readonly alert: AlertView;
  readonly onSilence: () => void;
}

function FiringAlert({ alert, onSilence }: FiringAlertProps): JSX.Element {
  const mayOperate = useMayOperate();
  const { alert: name, severity, summary, pattern, since, silence } = alert;
  return (
    <li>
      <StatusIcon status={severity === "page" ? "failing" : "attention"} />
      <div class="firing-text">
        <p>{visibleText(summary)}</p>
        <p class="muted small">
          <span class="mono break">{visibleText(name)}</span> · {severity} · for <Age at={since} suffix="" />
          {pattern !== null && (
            <>
              {" · "}
              <Link href={hrefOf(`/patterns/${encodeURIComponent(pattern)}`)}>{pattern}</Link>
            </>
          )}
          {silence !== null && <> · silenced until {dateText(silence.until)}</>}
        </p>
      </div>
      {silence === null && (
        <Action
          label="Silence…"
          title="Tell nobody of it for a while"
          isAllowed={mayOperate}
          command={["reeve", "silence", name, "--for", "2h", "--reason", "WHY"]}
          onPress={onSilence}
        />
      )}
    </li>
  );
}

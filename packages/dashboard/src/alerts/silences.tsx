/** Which alerts nobody is told of, until when and why; each can be ended before its time. */
import type { JSX } from "preact";
import { act, useMayOperate } from "../actions/act.ts";
import { Action } from "../actions/run-actions.tsx";
import type { SilenceView } from "../connection/contract.ts";
import { dateText } from "../format/moment.ts";
import { visibleText } from "../format/visible-text.ts";

/** The card; nothing where nothing is silenced. */
export function Silences({ silences }: { readonly silences: readonly SilenceView[] }): JSX.Element | null {
  const mayOperate = useMayOperate();
  if (silences.length === 0) return null;
  return (
    <section class="card" aria-labelledby="silences">
      <header>
        <h2 id="silences">Silenced</h2>
      </header>
      <ul class="firing">
        {silences.map(({ id, alert, reason, by, until }) => (
          <li key={id}>
            <div class="firing-text">
              <p class="mono break">{visibleText(alert)}</p>
              <p class="muted small">
                until {dateText(until)}, by {by}: {visibleText(reason)}
              </p>
            </div>
            <Action
              label="End it"
              title="Tell of its alerts again"
              isAllowed={mayOperate}
              command={["reeve", "unsilence", id]}
              onPress={() => void act("unsilence", { id }, "The silence has ended")}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

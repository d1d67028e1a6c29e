/** When alerts fired before, and why they were resolved. */
import type { JSX } from "preact";
import { useAnswer } from "../connection/answers.ts";
import type { AlertEpisodeView } from "../connection/contract.ts";
import { visibleText } from "../format/visible-text.ts";
import { Empty } from "../parts/empty.tsx";
import { Lasting, Moment } from "../parts/moment.tsx";
import { Loading, Notice } from "../parts/notice.tsx";
import { StatusIcon } from "../parts/status.tsx";

const EPISODES_SHOWN = 100;

/** The latest first. */
export function AlertHistory(): JSX.Element {
  const { value, error } = useAnswer("alertHistory", { limit: EPISODES_SHOWN });
  if (value === undefined) return error === undefined ? <Loading rows={3} /> : <Notice error={error} />;
  if (value.episodes.length === 0) {
    return (
      <Empty title="No alert has fired." command={["reeve", "doctor"]}>
        Objectives and thresholds of the configuration are watched; so are stranded runs and undos that fail.
      </Empty>
    );
  }
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">
            <span class="unseen">State</span>
          </th>
          <th scope="col">Alert</th>
          <th scope="col">Fired</th>
          <th scope="col" class="number">
            For
          </th>
          <th scope="col" class="extra">
            Why
          </th>
        </tr>
      </thead>
      <tbody>
        {value.episodes.map((episode) => (
          <EpisodeRow key={episode.position} episode={episode} />
        ))}
      </tbody>
    </table>
  );
}

function EpisodeRow({ episode }: { readonly episode: AlertEpisodeView }): JSX.Element {
  const { alert, severity, summary, firedAt, resolvedAt, resolution } = episode;
  const firing = severity === "page" ? "failing" : "attention";
  const why = visibleText(resolution ?? summary);
  return (
    <tr>
      <td>
        <StatusIcon status={resolvedAt === null ? firing : "ok"} />
      </td>
      <th scope="row" class="cut mono" title={visibleText(summary)}>
        {alert}
      </th>
      <td class="muted">
        <Moment at={firedAt} />
      </td>
      <td class="number">
        <Lasting from={firedAt} to={resolvedAt} />
      </td>
      <td class="cut cut-wide muted extra" title={why}>
        {why}
      </td>
    </tr>
  );
}

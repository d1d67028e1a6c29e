/** What the run's agents wrote with `ctx.log`, as text. */
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { EventView, RunDetail } from "../connection/contract.ts";
import { countText } from "../format/count.ts";
import { exactClockText } from "../format/moment.ts";
import { pathText } from "../format/path.ts";
import { announce } from "../parts/announce.tsx";
import { Empty } from "../parts/empty.tsx";
import { Loading } from "../parts/notice.tsx";
import { visibleText } from "../format/visible-text.ts";
import { runHref } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";
import { eventsOf } from "./event-pages.ts";
import { LogLines } from "./log-lines.ts";

/** The log. */
export function LogPanel({ detail }: { readonly detail: RunDetail }): JSX.Element {
  const { id } = detail.run;
  const count = detail.counts.events;
  const log = useMemo(() => new LogLines(eventsOf(id)), [id]);
  useEffect(() => {
    log.lookUpTo(count).catch((error: unknown) => announce(`The log could not be read: ${String(error)}`));
  }, [log, count]);
  const lines = log.lines.value;
  const seen = log.seen.value;
  if (lines.length === 0 && seen < count) return <Loading />;
  if (lines.length === 0) {
    return (
      <Empty title="Its agents have logged nothing.">An agent writes here with ctx.log.info("…").</Empty>
    );
  }
  return (
    <>
      <ol class="log" aria-label="Log" tabIndex={0}>
        {lines.map((event) => (
          <LogLine key={event.seq} event={event} run={id} />
        ))}
      </ol>
      {seen < count && (
        <p class="muted small">
          Looked at {countText(seen)} of {countText(count)} events.
        </p>
      )}
    </>
  );
}

function LogLine({ event, run }: { readonly event: EventView; readonly run: string }): JSX.Element {
  const { at, path = "" } = event;
  const level = String(event["level"]);
  return (
    <li class={`log-line log-${level}`}>
      <span class="muted mono">{exactClockText(at)}</span>
      <span class="log-level">{level}</span>
      <Link href={runHref(run, { step: path })} class="cut">
        {pathText(path)}
      </Link>
      <span class="log-text mono">{visibleText(String(event["message"]))}</span>
    </li>
  );
}

/** Every event of the run, however many there are; the chosen one in full below. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { EventView, RunDetail } from "../connection/contract.ts";
import { countText } from "../format/count.ts";
import { exactClockText } from "../format/moment.ts";
import { CopyCommand } from "../parts/copy-command.tsx";
import { VirtualList } from "../parts/virtual-list.tsx";
import { visibleText } from "../format/visible-text.ts";
import { parameter, setParameters } from "../shell/address.ts";
import { EventPages, eventsOf } from "./event-pages.ts";
import { eventText, isBadEvent } from "./event-text.ts";

const ROW_HEIGHT = 24;
const HEIGHT_MIN = 320;
const AROUND_HEIGHT = 320;

/** The list. */
export function EventsPanel({ detail }: { readonly detail: RunDetail }): JSX.Element {
  const { run } = detail;
  const pages = useMemo(() => new EventPages(eventsOf(run.id)), [run.id]);
  const isFollowing = useSignal(run.endedAt === null);
  const count = detail.counts.events;
  const chosen = Number(parameter("event"));
  // Reading it draws the list again when a page has come.
  const changes = pages.changes.value;
  const choose = (seq: number): void => {
    isFollowing.value = false;
    setParameters({ event: seq === 0 ? "" : String(seq) });
  };
  const event = chosen > 0 ? pages.at(chosen - 1, count) : undefined;
  return (
    <section class="events" data-changes={changes}>
      <header class="bar-line">
        <span>{countText(count)} events</span>
        {run.endedAt === null && (
          <label class="check">
            <input
              type="checkbox"
              checked={isFollowing.value}
              onChange={(input) => (isFollowing.value = input.currentTarget.checked)}
            />
            Follow
          </label>
        )}
        <span class="spacer" />
        <CopyCommand words={["reeve", "events", run.id]} isShown />
      </header>
      <VirtualList
        count={count}
        rowHeight={ROW_HEIGHT}
        heightMax={Math.max(HEIGHT_MIN, window.innerHeight - AROUND_HEIGHT)}
        label="Events"
        role="listbox"
        selected={chosen - 1}
        isFollowing={isFollowing.value}
        onKeyDown={(key) => moveBy(key, chosen, count, choose)}
        row={(index) => (
          <EventLine
            seq={index + 1}
            event={pages.at(index, count)}
            isChosen={index + 1 === chosen}
            onChoose={choose}
          />
        )}
      />
      {event !== undefined && (
        <pre class="event-whole" tabIndex={0} aria-label={`Event ${chosen}`}>
          {visibleText(JSON.stringify(event, undefined, 2))}
        </pre>
      )}
    </section>
  );
}

function moveBy(event: KeyboardEvent, chosen: number, count: number, choose: (seq: number) => void): void {
  const jump = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -count, End: count }[event.key];
  if (jump === undefined && event.key !== "Escape") return;
  event.preventDefault();
  choose(jump === undefined ? 0 : Math.min(count, Math.max(1, chosen + jump)));
}

interface EventLineProps {
  readonly seq: number;
  readonly event: EventView | undefined;
  readonly isChosen: boolean;
  readonly onChoose: (seq: number) => void;
}

function EventLine({ seq, event, isChosen, onChoose }: EventLineProps): JSX.Element {
  return (
    <div
      class={isChosen ? "event-line event-line-chosen" : "event-line"}
      role="option"
      aria-selected={isChosen}
      onClick={() => onChoose(seq)}
    >
      <span class="number muted">{seq}</span>
      {event !== undefined && (
        <>
          <span class="muted mono">{exactClockText(event.at)}</span>
          <span class={isBadEvent(event) ? "tone-bad" : ""}>{event.kind}</span>
          <span class="cut mono">{event.path ?? ""}</span>
          <span class="cut muted">{visibleText(eventText(event))}</span>
        </>
      )}
    </div>
  );
}

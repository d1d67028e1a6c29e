/** A long list of rows of one height, of which only those in sight are in the document. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX, TargetedEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { coarse, scrollTo, windowOf } from "./window.ts";

interface VirtualListProps {
  readonly count: number;
  readonly rowHeight: number;
  readonly label: string;
  /**
   * Must be cheap: it is called for each row in sight when the list is scrolled. Rows without keys are filled anew in
   * place, which costs least; keyed ones keep what belongs to them.
   */
  readonly row: (index: number) => ComponentChildren;
  /** The tallest the list may grow, in pixels. */
  readonly heightMax: number;
  /** The row to keep in sight. */
  readonly selected?: number;
  /** Stays at the end while it grows, unless somebody scrolled away. */
  readonly isFollowing?: boolean;
  readonly role?: "list" | "listbox" | "tree" | "rowgroup";
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

/** Rows are placed by a transform set through the CSS object model, which a strict style policy allows. */
export function VirtualList(props: VirtualListProps): JSX.Element {
  const { count, rowHeight, heightMax, selected, isFollowing = false } = props;
  const height = Math.min(heightMax, Math.max(rowHeight, count * rowHeight));
  const scrolled = useSignal(0);
  const box = useRef<HTMLDivElement>(null);
  const wasAtEnd = useRef(true);
  const sight = { scrolled: scrolled.value, height, rowHeight, count };
  const { first, end, offset, total } = windowOf(sight);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || selected === undefined || selected < 0) return;
    const target = scrollTo(selected, { scrolled: element.scrollTop, height, rowHeight, count });
    if (target !== undefined) element.scrollTop = target;
  }, [selected]);

  useLayoutEffect(() => {
    const element = box.current;
    if (element !== null && isFollowing && wasAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [count, isFollowing]);

  const onScroll = (event: TargetedEvent<HTMLDivElement>): void => {
    const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
    wasAtEnd.current = scrollTop + clientHeight >= scrollHeight - rowHeight;
    scrolled.value = coarse(scrollTop, { rowHeight, count });
  };
  const rows: ComponentChildren[] = [];
  for (let index = first; index < end; index++) rows.push(props.row(index));
  return (
    <div
      ref={box}
      class="virtual"
      style={{ height: `${height}px` }}
      role={props.role ?? "list"}
      aria-label={props.label}
      tabIndex={0}
      onScroll={onScroll}
      onKeyDown={props.onKeyDown}
    >
      <div class="virtual-content" role="presentation" style={{ height: `${total}px` }}>
        <div class="virtual-rows" role="presentation" style={{ transform: `translateY(${offset}px)` }}>
          {rows}
        </div>
      </div>
    </div>
  );
}

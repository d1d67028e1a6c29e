/** Tabs whose choice is in the address. Arrow keys move between them. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { countText } from "../format/count.ts";
import { parameter, setParameters } from "../shell/address.ts";

export interface Tab {
  readonly name: string;
  readonly label: string;
  readonly count?: number | undefined;
}

/** The tab in the address, else the first. */
export function chosenTab(tabs: readonly Tab[]): string {
  const name = parameter("tab");
  return tabs.some((tab) => tab.name === name) ? name : (tabs[0]?.name ?? "");
}

/** The row of tabs; the panel has the id `panel`. */
export function Tabs({
  tabs,
  label,
}: {
  readonly tabs: readonly Tab[];
  readonly label: string;
}): JSX.Element {
  const chosen = chosenTab(tabs);
  const row = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // On narrow screens the chosen one may be out of sight.
    row.current
      ?.querySelector('[aria-selected="true"]')
      ?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [chosen]);
  const choose = (name: string): void =>
    setParameters({ tab: name === tabs[0]?.name ? "" : name }, { isStep: true });
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (move === 0) return;
    const index = tabs.findIndex(({ name }) => name === chosen);
    const next = tabs[(index + move + tabs.length) % tabs.length];
    if (next === undefined) return;
    choose(next.name);
    document.getElementById(`tab-${next.name}`)?.focus();
  };
  return (
    <div ref={row} class="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map(({ name, label: text, count }) => (
        <button
          key={name}
          id={`tab-${name}`}
          type="button"
          role="tab"
          aria-selected={name === chosen}
          aria-controls="panel"
          tabIndex={name === chosen ? 0 : -1}
          onClick={() => choose(name)}
        >
          {text}
          {count !== undefined && count > 0 && <span class="count">{countText(count)}</span>}
        </button>
      ))}
    </div>
  );
}

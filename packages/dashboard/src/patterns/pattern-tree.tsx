/** A pattern as nested boxes: what runs one after the other stands below, what runs at once stands beside. */
import type { JSX } from "preact";
import type { PlaceView } from "../connection/contract.ts";

const words: Readonly<Record<PlaceView["kind"], string>> = {
  agent: "agent",
  sequential: "one after the other",
  parallel: "at once",
  "for-each": "for each item",
  meta: "phases",
  degrade: "first level that can",
  phase: "phase",
  when: "only when",
  repeat: "again until",
  approval: "waits for an answer",
  delay: "waits",
  delegate: "delegates",
};

/** The tree. */
export function PatternTree({ tree }: { readonly tree: PlaceView }): JSX.Element {
  return (
    <div class="tree">
      <PlaceBox place={tree} />
    </div>
  );
}

function PlaceBox({ place }: { readonly place: PlaceView }): JSX.Element {
  const { kind, label, agent, needs, children } = place;
  const isLeaf = children.length === 0;
  return (
    <div class={`place place-${kind}${isLeaf ? " place-leaf" : ""}`}>
      <p class="place-head">
        <span class="place-label">{label}</span>
        {agent !== null && agent !== label && <span class="muted">{agent}</span>}
        {kind !== "agent" && <span class="place-kind">{words[kind]}</span>}
        {needs.length > 0 && <span class="muted small">after {needs.join(", ")}</span>}
      </p>
      {!isLeaf && (
        <div class={kind === "parallel" ? "place-children place-beside" : "place-children"}>
          {children.map((child) => (
            <PlaceBox key={child.path} place={child} />
          ))}
        </div>
      )}
    </div>
  );
}

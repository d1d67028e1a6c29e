/** A pattern whose steps are built when they are first asked for. */
import type { Pattern } from "../../delegation/pattern.ts";
import { checkerOf } from "../../patterns/checker.ts";
import { resolveHead } from "../../patterns/head.ts";
import { setOutline, type Outline } from "../../patterns/outline.ts";
import type { Storable } from "./build.ts";
import type { IndexEntry } from "./pack.ts";

export interface LazyOptions extends Pick<IndexEntry, "name" | "kind" | "head"> {
  readonly outline: Outline;
  readonly build: () => Storable;
}

/** @throws ReeveError `pattern-invalid` when the head is out of its bounds; asking for the steps throws what building does. */
export function lazyPattern({ name, kind, head, outline, build }: LazyOptions): Pattern {
  const resolved = { ...resolveHead(kind, name, head, checkerOf(kind, name, head)), name };
  let built: Storable | undefined;
  const whole = (): Storable => (built ??= build());
  const pattern = lazyNode(kind, resolved, whole);
  setOutline(pattern, outline);
  return pattern;
}

function lazyNode(
  kind: Storable["kind"],
  head: Omit<Storable, "kind" | "steps" | "tasks" | "phases" | "levels">,
  whole: () => Storable,
): Pattern {
  const of = <Kind extends Storable["kind"]>(wanted: Kind): Extract<Storable, { readonly kind: Kind }> => {
    const node = whole();
    if (isOf(node, wanted)) return node;
    throw new TypeError(`a ${wanted} was built as ${node.kind}`);
  };
  switch (kind) {
    case "sequential":
      return Object.freeze({
        ...head,
        kind,
        get steps() {
          return of("sequential").steps;
        },
      });
    case "parallel":
      return Object.freeze({
        ...head,
        kind,
        get tasks() {
          return of("parallel").tasks;
        },
        get needs() {
          return of("parallel").needs;
        },
        get concurrencyMax() {
          return of("parallel").concurrencyMax;
        },
        get resourceThreshold() {
          return of("parallel").resourceThreshold;
        },
        get tolerate() {
          return of("parallel").tolerate;
        },
      });
    case "meta":
      return Object.freeze({
        ...head,
        kind,
        get phases() {
          return of("meta").phases;
        },
        get rollback() {
          return of("meta").rollback;
        },
      });
    case "degrade":
      return Object.freeze({
        ...head,
        kind,
        get levels() {
          return of("degrade").levels;
        },
      });
  }
}

function isOf<Kind extends Storable["kind"]>(
  node: Storable,
  kind: Kind,
): node is Extract<Storable, { readonly kind: Kind }> {
  return node.kind === kind;
}

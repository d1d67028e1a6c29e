/** Makes the node of a control step with callbacks what its types pretend it is. */
import type { Deferred } from "./flow.ts";

/** The node, frozen. `Deferred` is a promise of the types alone: no step can be called. */
export function deferred<const Node extends object>(node: Node): Readonly<Node> & Deferred {
  return Object.freeze(node) as Readonly<Node> & Deferred;
}

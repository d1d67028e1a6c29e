/**
 * A change of the context as a step returns it and as the log tells of it. Apart from what is done with it, so that the
 * types of agents load nothing else.
 */
import type { AttributeValue } from "./context.ts";

/** What a step changes of the context for the steps after it; what is left out stays as it is. */
export interface ContextChange {
  readonly domain?: string;
  readonly agentType?: string;
  readonly priority?: number;
  /** Added to those there are, or put in their place; `undefined` removes one. */
  readonly attributes?: { readonly [key: string]: AttributeValue | undefined };
}

/**
 * How much a change weighs: critical where it is about domain or agent type, moderate where an attribute was changed or
 * removed, minor where one was added or the priority changed.
 */
export type ChangeSeverity = "critical" | "moderate" | "minor";

/** One key that differs; `before` or `after` is absent where the key was. */
export interface ContextDifference {
  /** Such as `domain` or `attributes.tenant`. */
  readonly key: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** An output that comes with a change of the context; made by `ctx.with`. */
export class Changed<Output> {
  readonly #change: ContextChange;
  readonly #output: Output;

  constructor(change: ContextChange, output: Output) {
    this.#change = change;
    this.#output = output;
  }

  get change(): ContextChange {
    return this.#change;
  }

  get output(): Output {
    return this.#output;
  }
}

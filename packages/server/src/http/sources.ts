/** What the server is made of: a runtime to read from, and ways to ask the one that works. */
import type { CallerOptions, Runtime } from "@reeve/core";
import type { Feed } from "../board/feed.ts";
import type { RequestName } from "../commands/ask.ts";
import type { RuntimeState } from "../contract/health.ts";
import type { Report } from "../health/known.ts";
import type { Described } from "../patterns/describe-patterns.ts";

export interface Sources {
  /** To read from; may be a guest of the one that works. */
  readonly runtime: Runtime;
  /** Which runs events were about lately. */
  readonly feed: Feed;
  /** Resolves when what was on disk before the call is known, or when waiting for that takes too long. */
  fresh(): Promise<void>;
  described(): Described;
  state(): RuntimeState;
  reports(): readonly Report[];
  /** @throws what the runtime throws; ReeveError `runtime-unavailable`, `server-read-only` */
  act(name: RequestName, given: unknown, caller: CallerOptions): Promise<unknown>;
  /** A fault of the server's own. */
  told(what: string, error: unknown): void;
}

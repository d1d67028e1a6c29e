/** The feed of a log that the same thread commits to, or reads for its folds anyway. */
import type { Engine, Event } from "@reeve/core";
import { Feed, noteRuns, type News } from "./feed.ts";

export interface FollowedLog {
  readonly feed: Feed;
  /** What is known here is as fresh as it can be. */
  fresh(): Promise<void>;
  stop(): void;
}

export function followLog(engine: Engine): FollowedLog {
  const feed = new Feed();
  const stop = engine.watch((events) => feed.push(newsOf(events)));
  return { feed, fresh: async () => {}, stop };
}

function newsOf(events: readonly Event[]): News {
  const last = events.at(-1);
  const runs = new Map<string, boolean>();
  noteRuns(runs, events);
  return { position: last?.position ?? 0, lastAt: last?.at ?? 0, runs };
}

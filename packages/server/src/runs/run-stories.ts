/** The stories of the runs that were lately looked at, kept up with the feed so that a page need not read them anew. */
import type { Engine } from "@reeve/core";
import type { Feed } from "../board/feed.ts";
import type { Story } from "./run-story.ts";
import { newStory } from "./run-story.ts";
import { tellStory } from "./tell-story.ts";

const STORIES_KEPT_MAX = 8;

interface Kept {
  readonly story: Story;
  /** Everything up to this position is told. */
  position: number;
  /** The last event of the run that is told. */
  seq: number;
}

export class RunStories {
  readonly #engine: Engine;
  readonly #feed: Feed;
  /** Least lately used first. */
  readonly #kept = new Map<string, Kept>();
  /** Whoever asks for the same run meanwhile waits for the same reading. */
  readonly #reading = new Map<string, Promise<Kept>>();

  constructor(engine: Engine, feed: Feed) {
    this.#engine = engine;
    this.#feed = feed;
  }

  /** @throws ReeveError `run-not-found` */
  async of(run: string): Promise<Story> {
    // Retention removes a run without a word in the feed.
    if (this.#kept.has(run) && !(await this.#engine.find(run))) this.#kept.delete(run);
    const kept = await this.#readOnce(run);
    this.#kept.delete(run);
    this.#kept.set(run, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= STORIES_KEPT_MAX) break;
      this.#kept.delete(oldest);
    }
    return kept.story;
  }

  #readOnce(run: string): Promise<Kept> {
    const begun = this.#reading.get(run) ?? this.#read(run).finally(() => this.#reading.delete(run));
    this.#reading.set(run, begun);
    return begun;
  }

  /** What is not told yet. */
  async #read(run: string): Promise<Kept> {
    const kept = this.#kept.get(run) ?? { story: newStory(), position: -1, seq: 0 };
    const { position } = this.#feed;
    if (this.#feed.mayBeTouched(run, kept.position)) {
      for await (const event of this.#engine.events({ run, afterSeq: kept.seq, follow: false })) {
        tellStory(kept.story, event);
        kept.position = event.position;
        kept.seq = event.seq;
      }
    }
    kept.position = Math.max(kept.position, position);
    return kept;
  }
}

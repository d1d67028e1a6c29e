/** Answers every question about the log and the runtime; what changes something is none of its business. */
import type { Engine, FoldReader, Runtime } from "@reeve/core";
import { boardFold } from "../board/board-fold.ts";
import type { Board } from "../board/board.ts";
import type { Feed } from "../board/feed.ts";
import { needsOf } from "../board/needs-of.ts";
import type { Act, ScheduleView } from "../contract/control.ts";
import type { Health, RuntimeState } from "../contract/health.ts";
import type { Failures, Needs } from "../contract/overview.ts";
import type { AgentView, PatternDetail } from "../contract/pattern.ts";
import { openHistory, type History } from "../history/open-history.ts";
import { breakerView } from "../patterns/breaker-view.ts";
import { judgeHealth } from "../health/judge-health.ts";
import { pauseOf } from "../patterns/pause-of.ts";
import { OpenWaits } from "../runs/open-waits.ts";
import { RunStories } from "../runs/run-stories.ts";
import { UnfinishedRuns } from "../runs/unfinished-runs.ts";
import { openAlerts, type AlertViews } from "./alert-views.ts";
import { openCourses, type Courses } from "./courses.ts";
import { openLearned, type Learned } from "./learned-views.ts";
import type { Sources } from "./sources.ts";

/** Runs that changed, told to whoever follows the list. */
export type RunsListener = (run: string) => void;

type Opened = Pick<Views, "courses" | "learned" | "alerts" | "history">;

export class Views {
  readonly sources: Sources;
  readonly stories: RunStories;
  readonly unfinished: UnfinishedRuns;
  readonly courses: Courses;
  readonly learned: Learned;
  readonly alerts: AlertViews;
  readonly history: History;
  readonly #reader: FoldReader<Board>;
  readonly #waits: OpenWaits;
  readonly #listeners = new Set<RunsListener>();
  #needs: { readonly position: number; readonly needs: Promise<Needs> } | undefined;

  private constructor(
    sources: Sources,
    reader: FoldReader<Board>,
    { courses, learned, alerts, history }: Opened,
  ) {
    const { feed } = sources;
    const { engine } = sources.runtime;
    this.sources = sources;
    this.#reader = reader;
    this.courses = courses;
    this.learned = learned;
    this.alerts = alerts;
    this.history = history;
    this.stories = new RunStories(engine, feed);
    this.#waits = new OpenWaits(engine);
    this.unfinished = new UnfinishedRuns(engine, feed, (run) => {
      this.#waits.forget(run);
      for (const listener of this.#listeners) listener(run);
    });
  }

  /** Reads the log up to now. */
  static async open(sources: Sources): Promise<Views> {
    const { engine } = sources.runtime;
    const reader = await engine.fold(boardFold);
    sources.feed.beginAt(reader.position());
    const [courses, learned, alerts, history] = await Promise.all([
      openCourses(engine),
      openLearned(engine),
      openAlerts(sources.runtime),
      openHistory(engine),
    ]);
    const views = new Views(sources, reader, { courses, learned, alerts, history });
    await views.unfinished.refresh();
    return views;
  }

  get feed(): Feed {
    return this.sources.feed;
  }

  get engine(): Engine {
    return this.sources.runtime.engine;
  }

  get runtime(): Runtime {
    return this.sources.runtime;
  }

  get position(): number {
    return this.feed.position;
  }

  get board(): Board {
    return this.#reader.state();
  }

  state(): RuntimeState {
    return this.sources.state();
  }

  /** @returns stops telling */
  onRuns(listener: RunsListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Computed once for every position of the log. */
  async needs(): Promise<Needs> {
    await this.unfinished.refresh();
    const { position } = this;
    if (this.#needs?.position !== position) {
      const { board, unfinished } = this;
      const described = this.sources.described();
      const notByStarter = setsOf(described.notByStarter);
      const unattended = setsOf(described.unattended);
      const needs = needsOf({ board, unfinished, waits: this.#waits, notByStarter, unattended });
      this.#needs = { position, needs };
    }
    return this.#needs.needs;
  }

  async health(): Promise<Health> {
    const needs = await this.needs();
    const { board, position, runtime } = this;
    return judgeHealth({
      now: this.engine.clock.now(),
      board,
      needs,
      paused: runtime.paused(),
      breakers: runtime.breakers(),
      agentsOf: (pattern) => this.#agentsOf(pattern),
      runtime: this.state(),
      reports: this.sources.reports(),
      alerts: runtime.alerts(),
      silences: runtime.silences(),
      rules: runtime.alertRules,
      slowestAgent: (pattern) => this.courses.slowestAgent(this.#agentsOf(pattern), this.engine.clock.now()),
      lastEventAt: this.feed.lastAt,
      logId: this.engine.logId,
      position,
    });
  }

  #agentsOf(pattern: string): readonly string[] {
    return this.sources.described().patterns.find(({ name }) => name === pattern)?.agents ?? [];
  }

  failures(): Failures {
    const { failures, failuresDropped } = this.board;
    return { groups: [...failures.values()].toReversed(), dropped: failuresDropped };
  }

  acts(): readonly Act[] {
    return this.board.acts.toReversed();
  }

  schedules(): readonly ScheduleView[] {
    return this.runtime.schedules().map((schedule) => ({ ...schedule, nextAt: schedule.nextAt ?? null }));
  }

  patterns(): readonly PatternDetail[] {
    const paused = this.runtime.paused().patterns;
    return this.sources
      .described()
      .patterns.map((pattern) => ({ ...pattern, paused: pauseOf(paused, pattern.name) ?? null }));
  }

  agents(): readonly AgentView[] {
    const paused = this.runtime.paused().agents;
    const breakers = this.runtime.breakers();
    return this.sources.described().agents.map((agent) => ({
      ...agent,
      paused: pauseOf(paused, agent.name) ?? null,
      breaker: breakerView(breakers.get(agent.name)),
    }));
  }
}

function setsOf(
  lists: readonly (readonly [string, readonly string[]])[],
): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(lists.map(([name, list]) => [name, new Set(list)]));
}

/**
 * The breakers of agents: an agent that keeps failing is left alone for a while, then probed. What holds is said in the
 * log (`breaker-changed`), and is there again after a restart; what it follows from is the fold `endedAttempts`.
 *
 * Owns the judging, the timers, and how many probes are under way. Attempts are held back by the engine, which asks
 * `isShut` by way of each attempt's gate.
 *
 * Invariants: (B1) a state is said in the log before anything follows from it, and holds at once; (B2) of a half-open breaker
 * at most `probes` attempts have begun without a result; after each further `openMs` without a verdict, as many more, so that
 * probes that never end hold nobody back for ever; (B3) a guest judges nothing.
 */
import type { CancelTimer } from "../../clock.ts";
import type { AgentNode } from "../../delegation/agent.ts";
import {
  breakerPolicy,
  type BreakerChange,
  type BreakerOptions,
  type BreakerPolicy,
  type OpenBreaker,
} from "../../delegation/breaker.ts";
import type { Event } from "../../delegation/event.ts";
import type { Fold, FoldReader } from "../../delegation/fold.ts";
import type { Engine, Gate } from "../../engine/engine.ts";
import { endedAttempts, type AgentAttempts, type EndedAttempts } from "./ended-attempts.ts";
import { judgeProbes, openForMs, whyOpen } from "./judge-attempts.ts";
import { Passage } from "./passage.ts";

export interface BreakersHost {
  readonly engine: Engine;
  /** Holds for agents that say nothing of breakers; undefined: they have none. */
  readonly ofRuntime: BreakerOptions | undefined;
  report(problem: { readonly what: string; readonly error: unknown }): void;
}

/** An agent whose breaker is half-open. */
interface Probing {
  /** Attempts that were let through, without those that gave up. */
  begun: number;
}

export class Breakers {
  readonly #host: BreakersHost;
  readonly #policies = new Map<string, BreakerPolicy>();
  readonly #probing = new Map<string, Probing>();
  readonly #timers = new Map<string, CancelTimer>();
  /** Attempts that are in memory and wait behind a slot. */
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #unjudged = new Set<string>();
  #attempts: FoldReader<EndedAttempts> | undefined;
  #closed = false;

  constructor(host: BreakersHost) {
    this.#host = host;
  }

  /** Learns of agents; follows the log from the first one on that has a breaker. */
  async guard(agents: readonly AgentNode[]): Promise<void> {
    for (const { name, breaker = this.#host.ofRuntime } of agents) {
      if (breaker) this.#policies.set(name, breakerPolicy(breaker, this.#host.ofRuntime));
    }
    const { engine } = this.#host;
    if (this.#policies.size === 0 || this.#attempts || engine.role === "guest") return;
    this.#attempts = await engine.fold(this.#noticing());
    for (const [agent, { state }] of engine.controls().breakers) {
      if (state === "half-open") this.#probing.set(agent, { begun: this.#ended(agent).length });
    }
  }

  /** Goes on from what the log says; call it once the engine works. */
  open(): void {
    const { engine } = this.#host;
    if (engine.role === "guest") return;
    for (const agent of engine.controls().breakers.keys()) {
      if (!this.#policies.has(agent)) {
        this.#change({ agent, state: "closed", reason: "no pattern here has a breaker for it" });
      } else this.#wait(agent);
    }
    for (const agent of this.#policies.keys()) this.#unjudged.add(agent);
    this.#judge();
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  /** What an attempt of the agent has to pass; undefined: nothing. */
  passage(node: AgentNode, slots: Gate | undefined): Gate | undefined {
    return this.guards(node) ? new Passage(this, node.name, slots) : slots;
  }

  /** The breaker that lets no attempt of the agent begin now. */
  shut(agent: string): OpenBreaker | undefined {
    const breaker = this.#host.engine.controls().breakers.get(agent);
    if (breaker?.state !== "half-open") return breaker;
    const probes = this.#policies.get(agent)?.probes ?? 0;
    return (this.#probing.get(agent)?.begun ?? 0) >= probes ? breaker : undefined;
  }

  isShut(agent: string): boolean {
    return this.shut(agent) !== undefined;
  }

  begins(agent: string): boolean {
    const probing = this.#probing.get(agent);
    if (probing) probing.begun++;
    return probing !== undefined;
  }

  gaveUp(agent: string): void {
    const probing = this.#probing.get(agent);
    if (!probing) return;
    probing.begun = Math.max(0, probing.begun - 1);
    this.#lookAgain(agent, 1);
  }

  wait(agent: string, again: () => void): CancelTimer {
    const waiting = this.#waiting.get(agent) ?? new Set();
    this.#waiting.set(agent, waiting.add(again));
    return () => void waiting.delete(again);
  }

  /** Whether the agent has a breaker. */
  guards({ name, breaker = this.#host.ofRuntime }: AgentNode): boolean {
    return Boolean(breaker) && this.#policies.has(name);
  }

  /** The fold, which tells what may change a state once it is on disk. */
  #noticing(): Fold<EndedAttempts> {
    return {
      ...endedAttempts,
      apply: (state, event) => {
        this.#notice(event);
        return endedAttempts.apply(state, event);
      },
    };
  }

  #notice(event: Event): void {
    if (!this.#attempts || (event.kind !== "attempt-failed" && event.kind !== "step-completed")) return;
    const { agent } = event;
    const mayChange = event.kind === "attempt-failed" ? event.agentFault : this.#probing.has(agent);
    if (!mayChange) return;
    // Once per batch: the fold has yet to see this event and those after it.
    if (this.#unjudged.size === 0) queueMicrotask(() => this.#judge());
    this.#unjudged.add(agent);
  }

  #judge(): void {
    const agents = [...this.#unjudged];
    this.#unjudged.clear();
    if (this.#closed) return;
    for (const agent of agents) {
      const policy = this.#policies.get(agent);
      if (policy) this.#judgeAgent(agent, policy);
    }
  }

  #judgeAgent(agent: string, policy: BreakerPolicy): void {
    const { engine } = this.#host;
    const breaker = engine.controls().breakers.get(agent);
    if (breaker?.state === "open") return;
    const ended = this.#ended(agent);
    if (breaker) {
      const judged = judgeProbes(ended, policy);
      if (judged?.isWell) this.#change({ agent, state: "closed", reason: judged.reason });
      else if (judged) this.#open(agent, policy, judged.reason, breaker.openings + 1);
      return;
    }
    const why = whyOpen(ended, policy, engine.clock.now());
    if (why !== undefined) this.#open(agent, policy, why, 1);
  }

  #open(agent: string, policy: BreakerPolicy, reason: string, openings: number): void {
    const until = this.#host.engine.clock.now() + openForMs(policy, openings);
    const failure = this.#attempts?.state().agents.get(agent)?.failure;
    const because = failure && { code: failure.code, example: failure.run };
    this.#change({ agent, state: "open", reason, until, openings, ...because });
  }

  #ended(agent: string): AgentAttempts["ended"] {
    return this.#attempts?.state().agents.get(agent)?.ended ?? [];
  }

  /** Says it in the log, which makes it hold at once, and does what follows. */
  #change(change: BreakerChange): void {
    const { engine, report } = this.#host;
    const { agent, state } = change;
    engine.control({ kind: "breaker-changed", ...change }).catch((error: unknown) => {
      report({ what: `that the breaker of agent '${agent}' is ${state} can't be kept`, error });
    });
    this.#timers.get(agent)?.();
    this.#timers.delete(agent);
    if (state === "half-open") this.#probing.set(agent, { begun: 0 });
    else this.#probing.delete(agent);
    if (state !== "closed") this.#wait(agent);
    if (state === "closed") this.#lookAgain(agent, Infinity);
    if (state === "half-open") this.#lookAgain(agent, this.#policies.get(agent)?.probes ?? 0);
  }

  /** Sets the timer after which an open breaker is probed, or one that is probed lets more probes through. */
  #wait(agent: string): void {
    const { engine } = this.#host;
    const policy = this.#policies.get(agent);
    const breaker = engine.controls().breakers.get(agent);
    if (!policy || !breaker || this.#closed) return;
    const { until } = breaker;
    const isOpen = breaker.state === "open";
    const waitMs = isOpen ? Math.max(0, (until ?? 0) - engine.clock.now()) : policy.openMs;
    const go = (): void => (isOpen ? this.#probe(agent) : this.#probeMore(agent, policy));
    // Runs wait for an open one; for one that is half-open they do, too, but only probes can help them.
    this.#timers.set(agent, engine.clock.timer(waitMs, go, { keepAlive: isOpen }));
  }

  #probe(agent: string): void {
    this.#change({ agent, state: "half-open", reason: "it has been open for long enough to be probed" });
  }

  #probeMore(agent: string, { probes }: BreakerPolicy): void {
    this.#probing.set(agent, { begun: 0 });
    this.#wait(agent);
    this.#lookAgain(agent, probes);
  }

  /** Attempts may begin again: those in memory, and those of so many runs that are on disk only. */
  #lookAgain(agent: string, runsMax: number): void {
    const waiting = this.#waiting.get(agent);
    if (waiting) {
      this.#waiting.delete(agent);
      for (const again of waiting) again();
    }
    this.#host.engine.lookAgain(agent, runsMax);
  }
}

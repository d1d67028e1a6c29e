/** Draws programs: a tree of patterns with agents that misbehave, and what the world outside does meanwhile. */
import type { Runnable } from "../delegation/agent.ts";
import type { Matches, Pattern, PatternNode, SequentialNode } from "../delegation/pattern.ts";
import { approval } from "../patterns/approval.ts";
import { degrade } from "../patterns/degrade.ts";
import { delay } from "../patterns/delay.ts";
import { delegate } from "../patterns/delegate.ts";
import { forEach } from "../patterns/for-each.ts";
import { meta } from "../patterns/meta.ts";
import { parallel } from "../patterns/parallel.ts";
import { repeat } from "../patterns/repeat.ts";
import { sequential } from "../patterns/sequential.ts";
import { step } from "../patterns/step.ts";
import { when } from "../patterns/when.ts";
import { seededRandom } from "../random.ts";
import { drawAgent, failingAgent, type SimulatedAgent } from "./draw-agent.ts";
import { drawFrom, mix, type Draw } from "./draw.ts";
import type { Feature } from "./features.ts";
import { inlinePatterns, type Served } from "./inline.ts";
import type { Stage } from "./stage.ts";

type Node = Runnable<string, unknown>;

export interface Program {
  readonly seed: number;
  readonly pattern: Pattern & Node;
  /** Those that its `delegate`s are served by. */
  readonly children: readonly Pattern[];
  /** The pattern with its children in place: what there is to see of it in the inlined log. */
  readonly shape: PatternNode;
  readonly input: number;
  readonly features: ReadonlySet<Feature>;
  /** How busy the machine is changes from life to life. */
  readonly isShifting: boolean;
  /** How busy the machine is in a life of the process. */
  use(life: number): number;
  /** The run is cancelled once so many of its events are on disk. */
  readonly cancelAfterEvents: number | undefined;
}

/** The same seed draws the same program. Its agents stand on `stage`. */
export function drawProgram(seed: number, stage: Stage): Program {
  const draw = drawFrom(seededRandom(seed));
  const features = new Set<Feature>();
  const tree = new Tree(draw, stage, features);
  const pattern = tree.root();
  const cancelAfterEvents = draw.chance(0.2) ? draw.whole(1, 30) : undefined;
  if (cancelAfterEvents !== undefined) features.add("cancel");
  const input = draw.whole(0, 1_000);
  const isShifting = features.has("level resources") && draw.chance(0.3);
  const use = (life: number): number => (isShifting && life % 2 === 1 ? 0.9 : 0.5);
  const children = Array.from(tree.children.values(), ({ first, alternative }) =>
    alternative ? [first, alternative] : [first],
  ).flat();
  const shape = inlinePatterns(pattern, tree.children);
  return { seed, pattern, children, shape, input, features, isShifting, use, cancelAfterEvents };
}

const LEAVES_MAX = 7;
const DEPTH_MAX = 3;
const ITERATIONS_MAX = 4;

class Tree {
  readonly #draw: Draw;
  readonly #stage: Stage;
  readonly #features: Set<Feature>;
  readonly #agents: SimulatedAgent[] = [];
  /** The patterns of child runs, by the name of the `delegate`. */
  readonly children = new Map<string, Served>();
  #named = 0;
  #leaves = 0;

  constructor(draw: Draw, stage: Stage, features: Set<Feature>) {
    this.#draw = draw;
    this.#stage = stage;
    this.#features = features;
  }

  root(): Pattern & Node {
    return this.#pattern(0, this.#drawn("run deadline", 0.15));
  }

  /** `limit` is the deadline's feature when there is to be one. */
  #pattern(depth: number, limit: Feature | undefined): Pattern & Node {
    const draw = this.#draw;
    const head = limit ? { timeoutMs: draw.whole(20, 1_500) } : {};
    switch (draw.pick(["sequential", "sequential", "parallel", "for-each", "meta", "degrade"])) {
      case "sequential":
        return this.#sequential(depth, head);
      case "parallel":
        return this.#parallel(depth, head);
      case "for-each":
        return this.#forEach(depth, head);
      case "meta":
        return this.#meta(depth, head);
      case "degrade":
        return this.#degrade(depth, head);
    }
  }

  #sequential(depth: number, head: object): Pattern & Node {
    this.#features.add("sequential");
    const steps = this.#several(depth, 2, 4);
    if (!this.#drawn("fallback", 0.15)) return sequential(this.#name("seq"), { ...head, steps });
    return sequential(this.#name("seq"), { ...head, steps, fallback: this.#node(depth + 1) });
  }

  #parallel(depth: number, head: object): Pattern & Node {
    this.#features.add("parallel");
    const draw = this.#draw;
    const nodes = this.#several(depth, 2, 4);
    const names = nodes.map((_, index) => `t${index}`);
    const tasks: { [name: string]: Node } = {};
    nodes.forEach((node, index) => (tasks[`t${index}`] = node));
    const needs: { [name: string]: string[] } = {};
    if (this.#drawn("needs", 0.4)) {
      for (let index = 1; index < names.length; index++) {
        if (index === 1 || draw.chance(0.5)) needs[`t${index}`] = [`t${draw.whole(0, index - 1)}`];
      }
    }
    const concurrencyMax = this.#drawn("concurrencyMax", 0.3) ? draw.whole(1, 2) : undefined;
    const tolerate = this.#drawn("tolerates failures", 0.25)
      ? { failures: draw.whole(0, 2) }
      : this.#drawn("quorum", 0.2)
        ? { quorum: draw.whole(1, nodes.length) }
        : undefined;
    return parallel(this.#name("par"), {
      ...head,
      tasks,
      needs,
      ...(concurrencyMax === undefined ? {} : { concurrencyMax }),
      ...(tolerate === undefined ? {} : { tolerate }),
    });
  }

  #forEach(depth: number, head: object): Pattern & Node {
    this.#features.add("forEach");
    const draw = this.#draw;
    const count = draw.whole(1, 4);
    const batch = this.#drawn("batch", 0.35) ? draw.whole(1, 3) : undefined;
    const concurrencyMax = this.#drawn("concurrencyMax", 0.3) ? draw.whole(1, 2) : undefined;
    const tolerate = this.#drawn("failureRate", 0.35)
      ? { failureRate: draw.pick([0.25, 0.5, 1]) }
      : undefined;
    this.#leaves += count - 1;
    const inner = batch === undefined ? this.#node(depth + 1) : this.#agent();
    return forEach(this.#name("each"), {
      ...head,
      items: (input: unknown) => Array.from({ length: count }, (_, index) => mix([input, index])),
      step: inner,
      ...(batch === undefined ? {} : { batch }),
      ...(concurrencyMax === undefined ? {} : { concurrencyMax }),
      ...(tolerate === undefined ? {} : { tolerate }),
    });
  }

  #meta(depth: number, head: object): Pattern & Node {
    this.#features.add("meta");
    const draw = this.#draw;
    const rollback = draw.pick(["phase", "all", "none"]);
    this.#features.add(`rollback ${rollback}`);
    const phases = Array.from({ length: draw.whole(1, 3) }, (_, index) => {
      const coordination = draw.pick(["sequential", "parallel"]);
      if (coordination === "parallel") this.#features.add("parallel phase");
      const coverageMin = this.#drawn("coverageMin", 0.25) ? draw.pick([0.5, 0.9]) : undefined;
      const coverage = draw.chance(0.5) ? { coverage: (outputs: object) => (mix(outputs) % 100) / 100 } : {};
      const errorRate = this.#drawn("errorRate", 0.25) ? draw.pick([0.3, 0.5]) : undefined;
      return {
        name: `phase-${index}`,
        patterns: this.#several(depth, 1, 2),
        coordination,
        ...(coverageMin === undefined ? {} : { success: { coverageMin, ...coverage } }),
        ...(errorRate === undefined ? {} : { rollbackOn: { errorRate } }),
      };
    });
    return meta(this.#name("meta"), { ...head, phases, rollback });
  }

  /** Some levels find the machine busier than they may, or less; see `Program.use`. */
  #degrade(depth: number, head: object): Pattern & Node {
    this.#features.add("degrade");
    const limited = this.#drawn("level resources", 0.5);
    const levels = this.#several(depth, 2, 3);
    return degrade(this.#name("chain"), levels, {
      ...head,
      ...(limited ? { resourceThreshold: this.#draw.pick([0.3, 0.7]) } : {}),
    });
  }

  #several(depth: number, least: number, most: number): Node[] {
    return Array.from({ length: this.#draw.whole(least, most) }, () => this.#node(depth + 1));
  }

  #node(depth: number): Node {
    const draw = this.#draw;
    const room = depth < DEPTH_MAX && this.#leaves < LEAVES_MAX;
    if (room && draw.chance(0.35)) return this.#pattern(depth, this.#drawn("pattern deadline", 0.2));
    if (draw.chance(0.3)) return this.#control(depth);
    return this.#agent();
  }

  #control(depth: number): Node {
    const draw = this.#draw;
    switch (draw.pick(["approval", "approval", "delay", "when", "step", "repeat", "delegate", "delegate"])) {
      case "approval": {
        this.#features.add("approval");
        const timeoutMs = this.#drawn("approval timeout", 0.5) ? draw.whole(50, 2_500) : undefined;
        return approval(this.#name("ok"), {
          ...(draw.chance(0.5) ? { merge: (input: unknown, answer: unknown) => mix([input, answer]) } : {}),
          ...(timeoutMs === undefined ? {} : { timeoutMs }),
        });
      }
      case "delay":
        this.#features.add("delay");
        return step<string, unknown, unknown>(delay(draw.pick([5, 80, 900, 3_000])), {
          name: this.#name("pause"),
        });
      case "when": {
        this.#features.add("when");
        const remainder = draw.whole(0, 2);
        return when(this.#name("if"), {
          if: (previous: unknown) => mix(previous) % 3 !== remainder,
          then: this.#node(depth + 1),
        });
      }
      case "step":
        this.#features.add("step input");
        return step<string, unknown, unknown, unknown, unknown>(this.#agent(), {
          name: this.#name("as"),
          input: (previous, ctx) => mix([previous, ctx.input]),
        });
      case "repeat":
        return this.#repeat(depth);
      case "delegate":
        return this.#delegate(depth);
    }
  }

  /** A run of its own; some have another pattern to try when the first one has failed. */
  #delegate(depth: number): Node {
    this.#features.add("delegate");
    const name = this.#name("kid");
    const again = this.#drawn("another try", 0.4) ? this.#name("other") : undefined;
    // It says more about the context, and is chosen first.
    const fails = again !== undefined && this.#draw.chance(0.7);
    const end = fails ? [failingAgent(this.#name("ill"), this.#stage, this.#features)] : [];
    const first = this.#child(depth, name, { domain: name, agentTypes: ["default"] }, end);
    const alternative = again === undefined ? undefined : this.#child(depth, again, { domain: name });
    this.children.set(name, { first, alternative });
    return delegate({ domain: name }, { name, ...this.#limited("pattern deadline", 0.15) });
  }

  #child(depth: number, name: string, matches: Matches, end: readonly Node[] = []): SequentialNode {
    const head = { matches, ...this.#limited("pattern deadline", 0.1) };
    return sequential(name, { ...head, steps: [...this.#several(depth, 1, 3), ...end] });
  }

  #limited(feature: Feature, share: number): { readonly timeoutMs?: number } {
    return this.#drawn(feature, share) ? { timeoutMs: this.#draw.whole(20, 1_500) } : {};
  }

  /** A loop that ends by what was counted, or sooner by what came out; some give up before. */
  #repeat(depth: number): Node {
    this.#features.add("repeat");
    const draw = this.#draw;
    const enough = draw.whole(1, ITERATIONS_MAX);
    const max = draw.chance(0.15) ? draw.whole(1, enough) : ITERATIONS_MAX;
    this.#leaves += enough - 1;
    return repeat(this.#node(depth + 1), {
      name: this.#name("loop"),
      until: (output: unknown, ctx) => ctx.iteration + 1 === enough + (mix([output, ctx.iteration]) % 2),
      max,
    });
  }

  /** A new agent, or one that stands elsewhere too. */
  #agent(): Node {
    this.#leaves++;
    const draw = this.#draw;
    const [known] = this.#agents;
    if (known && draw.chance(0.15)) {
      return step<string, unknown, unknown>(draw.pick([known, ...this.#agents]), {
        name: this.#name("again"),
      });
    }
    const made = drawAgent(draw, this.#name("agent"), this.#stage, this.#features);
    this.#agents.push(made);
    return made;
  }

  /** Draws whether the program has the feature here. */
  #drawn(feature: Feature, share: number): Feature | undefined {
    if (!this.#draw.chance(share)) return undefined;
    this.#features.add(feature);
    return feature;
  }

  #name(kind: string): string {
    return `${kind}-${++this.#named}`;
  }
}

/** Agents, queues and who did what, for programs and commands without a server: as the dashboard shows them. */
import type { Runtime } from "@reeve/core";
import type { ActivityPoint } from "../contract/activity.ts";
import type { Act } from "../contract/control.ts";
import type { QueueView } from "../contract/overview.ts";
import type { AgentView } from "../contract/pattern.ts";
import { queuesOf } from "../http/overview-of.ts";
import { viewsBeside } from "../http/views-beside.ts";

export interface BoardReader {
  /** Those of the registered patterns. */
  agents(): readonly AgentView[];
  /** How an agent's attempts went in the time just past. */
  lately(agent: string, sinceMs: number): ActivityPoint;
  /** Runs that wait to begin, by pattern. */
  queues(): Promise<readonly QueueView[]>;
  /** The latest first. */
  acts(): readonly Act[];
}

/** Follows the log; closing the runtime ends it. */
export async function openBoard(runtime: Runtime): Promise<BoardReader> {
  const views = await viewsBeside(runtime, runtime.engine.role === "guest" ? "guest" : "working");
  return {
    agents: () => views.agents(),
    lately: (agent, sinceMs) => views.courses.activity({ agent, sinceMs }, runtime.engine.clock.now()).whole,
    queues: () => queuesOf(views),
    acts: () => views.acts(),
  };
}

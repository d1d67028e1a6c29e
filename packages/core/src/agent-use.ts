/** Counts which runtimes use an agent, so that what it holds (threads) is freed with the last of them. */
import type { AgentNode } from "./delegation/agent.ts";

const users = new WeakMap<AgentNode, number>();

export function useAgents(agents: Iterable<AgentNode>): void {
  for (const agent of agents) users.set(agent, (users.get(agent) ?? 0) + 1);
}

export async function releaseAgents(agents: Iterable<AgentNode>): Promise<void> {
  const closing: Promise<void>[] = [];
  for (const agent of agents) {
    const left = (users.get(agent) ?? 1) - 1;
    users.set(agent, left);
    if (left === 0 && agent.close) closing.push(agent.close());
  }
  await Promise.all(closing);
}

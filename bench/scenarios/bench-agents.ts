/** What the durable scenarios run: agents with a schema, a timeout, a retry policy and an undo, that count. */
import { agent, type Agent } from "reeve";
import { z } from "zod";

export const Value = z.object({ n: z.number(), text: z.string() });
export type Value = z.infer<typeof Value>;

export function counter<const Name extends string>(name: Name): Agent<Name, Value, Value> {
  return agent(name, {
    input: Value,
    output: Value,
    timeoutMs: 30_000,
    retry: { attempts: 3 },
    run: async (value: Value): Promise<Value> => ({ n: value.n + 1, text: value.text }),
    undo: async () => undefined,
  });
}

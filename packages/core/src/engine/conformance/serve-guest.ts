/** The guest's side of the tests with two processes: a program that opens the log as a guest calls `serveGuest`. */
import { agent } from "../../delegation/agent.ts";
import type { Pattern } from "../../delegation/pattern.ts";
import { approval } from "../../patterns/approval.ts";
import { sequential } from "../../patterns/sequential.ts";
import { createRuntime, type Runtime } from "../../runtime.ts";
import type { Engine } from "../engine.ts";
import type { GuestRequest } from "./log-under-test.ts";

/** What both processes start runs of; `run` is called where the step executes. */
export function sharedPattern(run: (input: unknown) => unknown): Pattern & { readonly name: "shared" } {
  return sequential("shared", { steps: [approval("ok"), agent("work", { run })] });
}

/**
 * Answers the requests that come over this process's channel, until the channel closes: `{ id, request }` with
 * `{ id, ok: true, value }` or `{ id, ok: false, error }`. Says with id 0 that it is ready.
 */
export async function serveGuest(engine: Engine): Promise<void> {
  const pattern = sharedPattern(() => {
    throw new Error("a guest executed a step");
  });
  const runtime = await createRuntime({ patterns: [pattern], engine });
  process.on("message", ({ id, request }: { readonly id: number; readonly request: GuestRequest }) => {
    answer(runtime, request).then(
      (value) => process.send?.({ id, ok: true, value }),
      (error: unknown) => process.send?.({ id, ok: false, error: String(error) }),
    );
  });
  process.once("disconnect", () => void runtime.close());
  process.send?.({ id: 0, ok: true, value: engine.role });
}

async function answer(runtime: Runtime, request: GuestRequest): Promise<unknown> {
  switch (request.ask) {
    case "start":
      return (await runtime.start("shared", request.input, { id: request.run })).id;
    case "signal":
      return runtime.run(request.run).signal("ok", request.answer);
    case "cancel":
      return runtime.run(request.run).cancel(request.reason);
    case "outcome":
      return runtime.run(request.run).outcome();
  }
}

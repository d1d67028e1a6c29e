import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { routes } from "../contract/routes.ts";
import { served, type Served } from "../testing/serving.ts";

let it: Served;
beforeAll(async () => {
  it = await served();
});
afterAll(async () => {
  await it[Symbol.asyncDispose]();
});

test("a run is started, listed, shown with its steps, and its values are read over HTTP", async () => {
  const client = it.client("operate");
  const { id } = await client.start({ pattern: "copying", input: { name: "Ada" }, id: "copy-1" });
  expect(id).toBe("copy-1");
  await it.runtime.run(id).outcome();
  expect(await client.run({ id })).toMatchObject({
    run: { id, state: "ended", outcome: "completed", principal: "operator" },
    outcome: { status: "completed" },
    counts: { completed: 1, failed: 0 },
  });
  const { steps } = await client.runSteps({ id });
  expect(steps).toMatchObject([
    { path: "copy", kind: "agent", state: "completed", attempts: [{ attempt: 1, result: "completed" }] },
  ]);
  expect(JSON.parse((await client.runValue({ id, which: "input" })).text)).toEqual({ name: "Ada" });
  const output = await client.runValue({ id, path: "copy", which: "output" });
  expect(JSON.parse(output.text)).toEqual({ copied: { name: "Ada" } });
  const { events } = await client.runEvents({ id });
  expect(events.map(({ kind }) => kind)).toEqual([
    "run-started",
    "attempt-started",
    "step-completed",
    "run-ended",
  ]);
  const page = await client.runs({ pattern: "copying", outcomes: ["completed"], limit: 1 });
  expect(page.runs.map((run) => run.id)).toEqual(["copy-1"]);
});

test("events come in pages that miss nothing and repeat nothing", async () => {
  const client = it.client("operate");
  const { id } = await client.start({ pattern: "copying", input: 1 });
  await it.runtime.run(id).outcome();
  const seqs: number[] = [];
  for (let from: number | null = 0; from !== null;) {
    const page: { events: readonly { seq: number }[]; next: number | null } = await client.runEvents({
      id,
      from,
      limit: 3,
    });
    seqs.push(...page.events.map(({ seq }) => seq));
    from = page.next;
  }
  expect(seqs).toEqual([1, 2, 3, 4]);
});

test("an approval is among the needs until it is answered, and the answer bears the token's name", async () => {
  const client = it.client("operate");
  const { id } = await client.start({ pattern: "guarded", input: 1 });
  const isMine = ({ run }: { readonly run: string | null }): boolean => run === id;
  await expect
    .poll(async () => (await client.needs({})).needs.filter(isMine))
    .toMatchObject([{ kind: "approval", paths: ["release"], pattern: "guarded" }]);
  await client.signal({ id, name: "release" });
  await it.runtime.run(id).outcome();
  await expect.poll(async () => (await client.needs({})).needs.filter(isMine)).toEqual([]);
  const { acts } = await client.audit({});
  expect(acts.filter(isMine).map(({ kind, by }) => [kind, by])).toEqual([
    ["signal-sent", "operator"],
    ["run-started", "operator"],
  ]);
});

test("failures are grouped, and health names pattern, cause, since when and what helps", async () => {
  const client = it.client("operate");
  for (const input of [{ fail: "no room" }, { fail: "no room" }, { fail: "no room" }]) {
    const { id } = await client.start({ pattern: "copying", input });
    await it.runtime.run(id).outcome();
  }
  await expect
    .poll(async () => (await client.failures({})).groups)
    .toMatchObject([{ pattern: "copying", step: "copy", code: "thrown", count: 3 }]);
  const health = await client.health({});
  expect(health.level).toBe("failing");
  expect(health.sentence).toMatch(
    /^copying fails \(its last 3 runs\) since .* UTC: thrown at copy: no room; /,
  );
  const later = await client.start({ pattern: "guarded", input: 1 });
  await client.signal({ id: later.id, name: "release" });
  await it.runtime.run(later.id).outcome();
  // Whatever ended since, what fails comes first.
  await expect
    .poll(async () => (await client.overview({})).recent)
    .toMatchObject([
      { pattern: "copying", bad: 3 },
      { pattern: "guarded", bad: 0 },
    ]);
});

test("a bulk action says first what it would do, and does it when told to", async () => {
  const client = it.client("operate");
  const ids = ["bulk-1", "bulk-2"];
  for (const id of ids) await client.start({ pattern: "guarded", input: 1, id });
  const filter = { pattern: "guarded" };
  const planned = await client.bulk({ action: "cancel", filter });
  expect(planned.dryRun).toBe(true);
  expect(planned.runs.map(({ id }) => id).toSorted()).toEqual(ids);
  expect((await it.runtime.run("bulk-1").record()).outcome).toBeUndefined();
  await client.bulk({ action: "cancel", filter, dryRun: false, reason: "not today" });
  for (const id of ids) expect((await it.runtime.run(id).outcome()).status).toBe("cancelled");
});

test("runs are retried and forked with another input; pausing holds back and shows", async () => {
  const client = it.client("operate");
  const failed = await client.start({ pattern: "copying", input: { fail: "once" } });
  await it.runtime.run(failed.id).outcome();
  const retried = await client.retry({ id: failed.id, newId: "again-1" });
  expect((await it.runtime.run(retried.id).outcome()).status).toBe("failed");
  const forked = await client.fork({ id: failed.id, input: { name: "Bob" } });
  expect((await it.runtime.run(forked.id).outcome()).status).toBe("completed");
  expect((await client.run({ id: forked.id })).run.origin?.forkedFrom?.run).toBe(failed.id);
  await client.pausePattern({ name: "guarded", reason: "holidays" });
  const paused = await client.pattern({ name: "guarded" });
  expect(paused.paused).toMatchObject({ by: "operator", reason: "holidays" });
  await client.start({ pattern: "guarded", input: 1, id: "queued-1" });
  await expect
    .poll(async () => (await client.queues({})).queues)
    .toMatchObject([{ pattern: "guarded", depth: 1 }]);
  await client.resumePattern({ name: "guarded" });
  await client.cancel({ id: "queued-1" });
});

test("schedules are set, listed and removed", async () => {
  const client = it.client("operate");
  await client.setSchedule({ name: "nightly", pattern: "copying", cron: "0 3 * * *" });
  await expect
    .poll(async () => (await client.schedules({})).schedules)
    .toMatchObject([{ name: "nightly", setBy: "operator", timeZone: "UTC" }]);
  await client.removeSchedule({ name: "nightly" });
  await expect.poll(async () => (await client.schedules({})).schedules).toEqual([]);
});

test.each([
  ["GET", "/api/runs/none", 404, "run-not-found"],
  ["GET", "/api/runs?limit=many", 400, "option-invalid"],
  ["GET", "/api/runs?colour=red", 400, "option-invalid"],
  ["GET", "/api/nothing", 404, "route-not-found"],
  ["POST", "/api/runs/none/cancel", 404, "run-not-found"],
])("%s %s is answered with status %i, a code, a message and a hint", async (method, path, status, code) => {
  const answer = await it.ask(method, path, { headers: { authorization: `Bearer ${it.token("operate")}` } });
  expect(answer.status).toBe(status);
  expect(answer.json).toMatchObject({
    error: { code, message: expect.any(String), hint: expect.any(String) },
  });
});

test("what is wrong with a body is said by field", async () => {
  const headers = { authorization: `Bearer ${it.token("operate")}`, "content-type": "application/json" };
  const answer = await it.ask("POST", "/api/runs", {
    headers,
    body: '{"pattern":"copying","delayMs":"soon"}',
  });
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining("delayMs: ")]);
  expect((await it.ask("POST", "/api/runs", { headers, body: "{" })).status).toBe(400);
  const typed = { ...headers, "content-type": "text/plain" };
  expect((await it.ask("POST", "/api/runs", { headers: typed, body: "{}" })).status).toBe(400);
});

test("the OpenAPI document names every route with its input and output, and refers to nothing that is not there", async () => {
  const { json, text } = await it.get("/api/openapi.json");
  const document = z
    .object({
      openapi: z.literal("3.1.0"),
      paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string() }))),
      components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
    })
    .parse(json);
  for (const [name, { method, path }] of Object.entries(routes))
    expect(document.paths[path]?.[method.toLowerCase()]?.operationId).toBe(name);
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  expect(operations).toHaveLength(Object.keys(routes).length + 1);
  for (const [, name = ""] of text.matchAll(/#\/components\/schemas\/(\w+)/g))
    expect(Object.keys(document.components.schemas)).toContain(name);
  expect(text).not.toContain("#/$defs/");
});

test("every documented route is answered by the server", async () => {
  for (const { method, path } of Object.values(routes)) {
    const answer = await it.ask(method, path.replace(/\{\w+\}/g, "x"), {});
    expect([path, answer.json]).not.toMatchObject([path, { error: { code: "route-not-found" } }]);
  }
});

test("the server is ready, and says so without a credential", async () => {
  const answer = await it.get("/api/ready");
  expect([answer.status, answer.json]).toEqual([200, { ready: true, reason: null }]);
});

test("a run takes part in the trace of its caller's header; one that is not of the W3C's form is as good as none", async () => {
  const trace = "0af7651916cd43dd8448eb211c80319c";
  const traceparent = `00-${trace}-b7ad6b7169203331-01`;
  const ask = async (header: string, body: object): Promise<unknown> => {
    const headers = {
      authorization: `Bearer ${it.token("operate")}`,
      "content-type": "application/json",
      traceparent: header,
    };
    const answered = await it.ask("POST", "/api/runs", { headers, body: JSON.stringify(body) });
    return answered.status === 201 ? z.object({ id: z.string() }).parse(answered.json).id : answered.status;
  };
  const traceOf = async (id: unknown): Promise<unknown> => {
    await it.runtime.run(String(id)).outcome();
    return (await it.client("read").run({ id: String(id) })).trace;
  };
  const asked = { pattern: "copying", input: 1 };
  expect(await traceOf(await ask(traceparent, asked))).toEqual({ id: trace, kept: "caller" });
  const broken = await ask("00-broken", asked);
  expect(await traceOf(broken)).toMatchObject({ id: broken });
  const given = { ...asked, traceparent: traceparent.replaceAll("c", "d") };
  expect(await traceOf(await ask(traceparent, given))).toMatchObject({ id: trace.replaceAll("c", "d") });
  expect(await ask(traceparent, { ...asked, traceparent: "x" })).toBe(400);
});

import { createRuntime, memoryEngine } from "@reeve/core";
import { afterEach, expect, test } from "vitest";
import { streamMessageSchema, type StreamMessage } from "../contract.ts";
import { startServer } from "../index.ts";
import { patterns, served, type Served } from "../testing/serving.ts";

interface Following {
  readonly messages: StreamMessage[];
  lastId(): string;
  stop(): void;
}

const open = new Set<Following>();
afterEach(() => {
  for (const following of open) following.stop();
  open.clear();
});

async function follow(url: string, token: string, topics: string, lastId?: string): Promise<Following> {
  const leave = new AbortController();
  const response = await fetch(`${url}/api/stream?topics=${topics}`, {
    headers: { authorization: `Bearer ${token}`, ...(lastId !== undefined && { "last-event-id": lastId }) },
    signal: leave.signal,
  });
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  const messages: StreamMessage[] = [];
  let id = "";
  const read = async (): Promise<void> => {
    let text = "";
    for await (const part of response.body ?? []) {
      text += Buffer.from(part).toString("utf8");
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        for (const line of text.slice(0, end).split("\n")) {
          if (line.startsWith("data: ")) messages.push(streamMessageSchema.parse(JSON.parse(line.slice(6))));
          if (line.startsWith("id: ")) id = line.slice(4);
        }
        text = text.slice(end + 2);
      }
    }
  };
  void ended(read());
  const following = { messages, lastId: () => id, stop: () => leave.abort() };
  open.add(following);
  return following;
}

async function ended(reading: Promise<void>): Promise<void> {
  try {
    await reading;
  } catch {
    // ignore: the test left, or the server closed; what was told until then is what counts
  }
}

function seqsOf({ messages }: Following): number[] {
  return messages.flatMap((message) =>
    message.type === "run-events" ? message.events.map(({ seq }) => seq) : [],
  );
}

function follows(it: Served, topics: string, lastId?: string): Promise<Following> {
  return follow(it.server.url, it.token("read"), topics, lastId);
}

test("who follows a run is told each of its events once, in order", async () => {
  await using it = await served();
  const run = await it.runtime.start("guarded", 1, { id: "slow" });
  const following = await follows(it, "run:slow", "0");
  await run.signal("release");
  await run.outcome();
  await expect.poll(() => seqsOf(following)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(following.messages[0]).toMatchObject({ type: "hello", logId: it.runtime.engine.logId });
});

test("after the server was restarted, a client that comes back misses nothing", async () => {
  await using it = await served();
  const run = await it.runtime.start("guarded", 1, { id: "kept" });
  const before = await follows(it, "run:kept,runs", "0");
  await expect.poll(() => seqsOf(before)).toEqual([1, 2]);
  const lastId = before.lastId();
  await it.server.close();
  await run.signal("release");
  await run.outcome();
  const server = await startServer(it.runtime, { port: 0 });
  try {
    const after = await follow(server.url, it.token("read"), "run:kept,runs", lastId);
    await expect.poll(() => seqsOf(after)).toEqual([3, 4, 5, 6, 7]);
    // Which runs changed meanwhile is not remembered: the list is to be read anew.
    expect(after.messages).toContainEqual({ type: "runs", runs: [], isMore: true });
  } finally {
    await server.close();
  }
});

test("overview, needs and changed runs are told as they come", async () => {
  await using it = await served();
  const following = await follows(it, "overview,needs,runs");
  await expect.poll(() => following.messages.map(({ type }) => type)).toEqual(["hello", "overview", "needs"]);
  await it.runtime.start("guarded", 1, { id: "asks" });
  const told = (): unknown[] =>
    following.messages.flatMap((message) => {
      if (message.type === "needs") return message.needs.needs.map(({ run }) => ["needs", run]);
      return message.type === "runs" ? message.runs.map(({ id, state }) => [id, state]) : [];
    });
  await expect.poll(told).toEqual(
    expect.arrayContaining([
      ["needs", "asks"],
      ["asks", "waiting"],
    ]),
  );
  await expect
    .poll(() => following.messages.findLast(({ type }) => type === "overview"))
    .toMatchObject({ overview: { active: { waiting: 1 }, needs: { approval: 1 } } });
});

test("a client that is far behind is told to read the run anew", async () => {
  await using it = await served();
  await it.runtime.start("guarded", 1, { id: "other" });
  const following = await follows(it, "run:other", "999999999");
  await expect.poll(() => following.messages.map(({ type }) => type)).toEqual(["hello", "snapshot"]);
});

test("a client that reads slowly is told the latest value, not every one", async () => {
  await using it = await served();
  const begun = performance.now();
  const response = await fetch(`${it.server.url}/api/stream?topics=overview`, {
    headers: { authorization: `Bearer ${it.token("read")}` },
  });
  const reader = response.body?.getReader();
  await reader?.read();
  for (let count = 0; count < 30; count++) await (await it.runtime.start("copying", count)).outcome();
  await expect.poll(async () => (await it.client("read").overview({})).recent[0]?.ended).toBe(30);
  const second = Buffer.from((await reader?.read())?.value ?? []).toString("utf8");
  // Four times a second at most, however long this machine took for the runs.
  const looks = 2 + Math.ceil((performance.now() - begun) / 250);
  expect(second.match(/"type":"overview"/g)?.length ?? 0).toBeLessThanOrEqual(looks);
  await reader?.cancel();
});

test("a log in memory is served by its runtime's own thread", async () => {
  await using runtime = await createRuntime({ patterns, engine: memoryEngine() });
  await using server = await startServer(runtime, { port: 0 });
  const link = await server.link();
  const response = await fetch(new URL("/sign-in", link), {
    method: "POST",
    headers: { origin: server.url, "content-type": "application/json" },
    body: JSON.stringify({ ticket: new URL(link).hash.slice(1) }),
  });
  const cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
  const started = await fetch(`${server.url}/api/runs`, {
    method: "POST",
    headers: { origin: server.url, cookie, "content-type": "application/json" },
    body: JSON.stringify({ pattern: "copying", input: 1, id: "one" }),
  });
  expect([started.status, await started.json()]).toEqual([201, { id: "one" }]);
  await runtime.run("one").outcome();
  const health = await fetch(`${server.url}/api/health`, { headers: { cookie } });
  expect(await health.json()).toMatchObject({ level: "ok", sentence: "All is well" });
});

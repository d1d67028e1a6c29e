/** News of alerts reaches receivers that fail, hang and come back: real requests to a real server on this machine. */
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { alertOutbox, createRuntime, memoryEngine, secret, type Event, type Runtime } from "@reeve/core";
import { ManualClock } from "@reeve/core/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { deliverAlerts, type AlertDelivery, type AlertReceiver } from "./deliver-alerts.ts";

const MINUTE_MS = 60_000;
const WAIT = { timeout: 60_000 };

interface Received {
  /** By the runtime's clock. */
  readonly at: number;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

let clock: ManualClock;
let runtime: Runtime;
let receiver: Server;
let url: string;
let deliveries: AlertDelivery[];
let received: Received[];
/** What the receiver answers; 0: nothing at all. */
let status: number;

beforeEach(async () => {
  [received, deliveries, status] = [[], [], 200];
  clock = new ManualClock();
  runtime = await createRuntime({ patterns: [], engine: memoryEngine({ clock }) });
  receiver = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => {
      received.push({ at: clock.now(), path: request.url ?? "", headers: request.headers, text });
      const elsewhere = status === 307 ? { location: `${url}/elsewhere` } : {};
      if (status !== 0) response.writeHead(status, elsewhere).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const address = receiver.address();
  url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});

afterEach(async () => {
  await Promise.all(deliveries.map((one) => one.close()));
  await runtime.close();
  receiver.closeAllConnections();
  await new Promise<void>((resolve) => receiver.close(() => resolve()));
});

async function deliver(receivers: readonly AlertReceiver[], requestMsMax = 60_000): Promise<AlertDelivery> {
  const delivery = await deliverAlerts(runtime, { receivers, requestMsMax });
  deliveries.push(delivery);
  return delivery;
}

const hook = (): AlertReceiver => ({ name: "chat", webhook: `${url}/hook` });

async function say(state: "firing" | "resolved", alert = "stuck/orders"): Promise<void> {
  const said = { alert, state, severity: "page", summary: `it is ${state}`, pattern: "orders" } as const;
  await runtime.engine.control({ kind: "alert-changed", ...said });
}

/** Lets time pass until this holds. */
function until(holds: () => void | Promise<void>, stepMs = 1_000): Promise<void> {
  return vi.waitFor(async () => {
    clock.advance(stepMs);
    await holds();
  }, WAIT);
}

async function tried(): Promise<readonly (Event & { readonly kind: "alert-delivery-tried" })[]> {
  const found = [];
  for await (const event of runtime.events({ follow: false }))
    if (event.kind === "alert-delivery-tried") found.push(event);
  return found;
}

async function outcomes(): Promise<readonly string[]> {
  return (await tried()).map(({ outcome }) => outcome);
}

const jsons = (): readonly unknown[] => received.map(({ text }): unknown => JSON.parse(text));

/** A time of the alert in a request to an Alertmanager. */
function timeOf(field: "startsAt" | "endsAt", request: number): number {
  const found = new RegExp(`"${field}":"([^"]+)"`).exec(received.at(request)?.text ?? "");
  return Date.parse(found?.[1] ?? "");
}

test("each change is told once and in order, with an id, and signed where there is a secret", async () => {
  await deliver([{ name: "chat", webhook: `${url}/hook`, secret: secret("a secret of this receiver") }]);
  await say("firing");
  await say("resolved");
  await until(async () => expect(await outcomes()).toEqual(["delivered", "delivered"]));
  expect(jsons()).toMatchObject([
    { alert: "stuck/orders", state: "firing", severity: "page", summary: "it is firing", pattern: "orders" },
    { alert: "stuck/orders", state: "resolved" },
  ]);
  const [first] = received;
  const signature = createHmac("sha256", "a secret of this receiver")
    .update(first?.text ?? "")
    .digest("hex");
  expect(first?.headers["x-reeve-signature"]).toBe(`sha256=${signature}`);
  expect(first?.headers["idempotency-key"]).toMatch(new RegExp(`^${runtime.engine.logId}:\\d+$`));
  for (let minute = 0; minute < 5; minute++) clock.advance(MINUTE_MS);
  expect(received).toHaveLength(2);
});

test("a receiver that fails or hangs is tried again, later and later, under the same id, until it takes the news", async () => {
  status = 500;
  await deliver([hook()], 1_000);
  await say("firing");
  await until(async () => expect((await outcomes()).length).toBeGreaterThanOrEqual(4));
  status = 0;
  const failed = (await outcomes()).length;
  await until(async () => expect((await outcomes()).length).toBeGreaterThan(failed), 30_000);
  status = 204;
  await until(async () => expect((await outcomes()).at(-1)).toBe("delivered"), 30_000);
  const all = await tried();
  expect(all.slice(0, -1).every(({ outcome, error }) => outcome === "failed" && error !== undefined)).toBe(
    true,
  );
  const waits = all.slice(1).map(({ at }, index) => at - (all[index]?.at ?? at));
  expect(waits.every((wait, index) => wait >= Math.min(300_000, 1_000 * 2 ** index))).toBe(true);
  expect(new Set(received.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
});

test("a change that was not taken thirty times is given up, which is noted, and the next one is told", async () => {
  status = 500;
  await deliver([hook()]);
  await say("firing");
  await until(async () => expect(await outcomes()).toContain("given-up"), 100_000);
  const all = await tried();
  expect(all.map(({ outcome }) => outcome)).toEqual([
    ...Array.from({ length: 29 }, () => "failed"),
    "given-up",
  ]);
  // Five minutes apart at most, and as long as this machine takes to answer.
  for (const [index, { at }] of all.slice(1).entries())
    expect(at - (all[index]?.at ?? 0)).toBeLessThan(1_500_000);
  status = 200;
  await say("resolved");
  await until(async () => expect((await outcomes()).at(-1)).toBe("delivered"));
  expect(jsons().at(-1)).toMatchObject({ state: "resolved" });
});

test("closing breaks off what is under way, which is no attempt, and the next start sends it", async () => {
  status = 0;
  const first = await deliver([hook()]);
  await say("firing");
  await until(() => expect(received).toHaveLength(1));
  await first.close();
  expect(await outcomes()).toEqual([]);
  status = 200;
  await deliver([hook()]);
  await until(async () => expect(await outcomes()).toEqual(["delivered"]));
  expect(new Set(received.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
});

test("who is not named any more is owed nothing", async () => {
  const first = await deliver([hook()]);
  await first.close();
  await deliver([{ ...hook(), name: "pager" }]);
  await say("firing");
  await until(async () => expect(await outcomes()).toEqual(["delivered"]));
  expect((await tried()).map(({ receiver: name }) => name)).toEqual(["pager"]);
  expect([...(await runtime.engine.fold(alertOutbox)).state().receivers.keys()]).toEqual(["pager"]);
});

test("news is not sent on to where a receiver points: that is a failure", async () => {
  status = 307;
  await deliver([hook()]);
  await say("firing");
  await until(async () => expect((await outcomes())[0]).toBe("failed"));
  expect(new Set(received.map(({ path }) => path))).toEqual(new Set(["/hook"]));
});

test("who is told for the first time hears what fires, not what has been; a restart tells nothing again", async () => {
  await say("firing", "stuck/old");
  await say("resolved", "stuck/old");
  await say("firing", "stuck/orders");
  const first = await deliver([hook()]);
  await until(async () => expect(await outcomes()).toEqual(["delivered"]));
  expect(jsons()).toMatchObject([{ alert: "stuck/orders" }]);
  await first.close();
  await deliver([hook()]);
  await say("resolved", "stuck/orders");
  await until(async () => expect(await outcomes()).toHaveLength(2));
  expect(jsons()).toMatchObject([{ state: "firing" }, { state: "resolved" }]);
});

test("a silence keeps news back: what still fires at its end is told, what is over by then is not", async () => {
  await deliver([hook()]);
  await runtime.silence("stuck/*", { reason: "a test", forMs: MINUTE_MS });
  await say("firing", "stuck/short");
  await say("resolved", "stuck/short");
  await say("firing", "stuck/long");
  await until(async () => expect(await outcomes()).toEqual(["silenced", "silenced"]));
  expect(received).toEqual([]);
  await until(async () => expect(await outcomes()).toHaveLength(3), 10_000);
  expect(jsons()).toMatchObject([{ alert: "stuck/long", state: "firing" }]);
});

test("who was told that an alert fires hears that it is over, also during a silence, and not what begins and ends in it", async () => {
  await deliver([hook()]);
  await say("firing");
  await until(async () => expect(await outcomes()).toEqual(["delivered"]));
  await runtime.silence("stuck/*", { reason: "we are at it", forMs: 60 * MINUTE_MS });
  await say("resolved");
  await until(async () => expect(await outcomes()).toEqual(["delivered", "delivered"]));
  await say("firing");
  await say("resolved");
  await until(async () => expect((await outcomes()).slice(2)).toEqual(["silenced", "silenced"]));
  expect(jsons()).toMatchObject([{ state: "firing" }, { state: "resolved" }]);
});

test("an Alertmanager is told again every minute what fires, with an end four minutes ahead, and when it is over", async () => {
  await deliver([{ name: "am", alertmanager: `${url}/` }]);
  await say("firing");
  await until(() => expect(received.length).toBeGreaterThanOrEqual(3));
  for (const earlier of [0, 1]) expect(received[earlier + 1]?.at).toBeLessThan(timeOf("endsAt", earlier));
  expect(received[0]?.path).toBe("/api/v2/alerts");
  expect(jsons()[2]).toMatchObject([
    {
      labels: { alertname: "Reeve", alert: "stuck/orders", severity: "page", pattern: "orders" },
      annotations: { summary: "it is firing" },
    },
  ]);
  expect(timeOf("endsAt", 2) - timeOf("startsAt", 2)).toBeGreaterThanOrEqual(240_000);
  const [, second, third] = received.map(({ at }) => at);
  expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(MINUTE_MS);
  await say("resolved");
  await until(async () => expect(await outcomes()).toEqual(["delivered", "delivered"]));
  expect(timeOf("endsAt", -1)).toBeLessThanOrEqual(clock.now());
  const count = received.length;
  for (let minute = 0; minute < 3; minute++) clock.advance(MINUTE_MS);
  expect(received).toHaveLength(count);
});

test.each<[AlertReceiver, string]>([
  [{ name: "a b", webhook: "http://x" }, "receivers[0].name is 'a b'"],
  [{ name: "a", webhook: "ftp://x" }, "receivers[0].webhook is 'ftp://x'"],
  [{ name: "a", alertmanager: "x" }, "receivers[0].alertmanager is 'x'"],
])("%#: a receiver that makes no sense is refused, with its place", async (one, message) => {
  await expect(deliver([one])).rejects.toMatchObject({
    code: "option-invalid",
    message: `deliverAlerts: ${message}`,
  });
});

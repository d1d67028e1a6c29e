/** What a caller with or without a credential may ask for without end, and must not wear the server down with. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { served, type Served } from "../testing/serving.ts";

const STREAM = "/api/stream?topics=runs";

const told: string[] = [];
let it: Served;
beforeAll(async () => {
  it = await served({ report: ({ what }) => told.push(what) });
});
afterAll(async () => {
  await it[Symbol.asyncDispose]();
});

test("a body that is nested deeply is refused at once: 400", async () => {
  const headers = { authorization: `Bearer ${it.token("operate")}`, "content-type": "application/json" };
  for (const depth of [300, 5_000, 500_000]) {
    const body = `{"pattern":"copying","input":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    const answer = await it.ask("POST", "/api/runs", { headers, body });
    expect([depth, answer.status, answer.json]).toMatchObject([
      depth,
      400,
      { error: { code: "option-invalid", message: "the body is nested deeper than 200 levels" } },
    ]);
  }
  const body = JSON.stringify({ pattern: "copying", input: `"\\${"[".repeat(1_000)}` });
  expect((await it.ask("POST", "/api/runs", { headers, body })).status).toBe(201);
});

test("addresses that are no UTF-8 are those of nothing, and the operator is not told of them", async () => {
  for (const path of ["/%zz", "/%c0%ae%c0%ae/x"])
    expect(await firstOf(`GET ${path} HTTP/1.1\r\nHost: ${hostOf()}\r\n\r\n`)).toMatch(/^HTTP\/1.1 404 /);
  expect(told).toEqual([]);
});

test("a body that never comes whole is not told to the operator", async () => {
  const heard: string[] = [];
  await using other = await served({ requestMsMax: 200, report: ({ what }) => heard.push(what) });
  const { host } = new URL(other.server.url);
  const socket = await open(other.server.url);
  socket.resume();
  socket.write(
    `POST /sign-in HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${other.server.url}\r\nContent-Length: 90\r\n` +
      'Content-Type: application/json\r\n\r\n{"tick',
  );
  await once(socket, "close");
  expect((await other.get("/api/ready")).status).toBe(200);
  // What the server has reported by now has arrived when it says that it is closed.
  await other.server.close();
  expect(heard).toEqual([]);
});

test("streams that are asked for and never read, or left at once, take nobody's place", async () => {
  const authorization = `Bearer ${it.token("read")}`;
  for (let count = 0; count < 101; count++)
    expect((await it.ask("HEAD", STREAM, { headers: { authorization } })).status).toBe(200);
  for (let count = 0; count < 101; count++) {
    const socket = await open();
    await written(socket, streamRequest("read"));
    socket.destroy();
  }
  await expect.poll(() => firstOf(streamRequest("read")), { timeout: 60_000 }).toMatch(/^HTTP\/1.1 200 /);
});

test("a program that opens streams without end keeps nobody else from opening one", async () => {
  const sockets: Socket[] = [];
  for (let count = 0; count < 60; count++) {
    const socket = await open();
    socket.write(streamRequest("read"));
    await once(socket, "data");
    sockets.push(socket);
  }
  expect(await firstOf(streamRequest("read"))).toMatch(/^HTTP\/1.1 503 /);
  expect(await firstOf(streamRequest("operate"))).toMatch(/^HTTP\/1.1 200 /);
  for (const socket of sockets) socket.destroy();
});

function hostOf(): string {
  return new URL(it.server.url).host;
}

function streamRequest(scope: "read" | "operate"): string {
  return `GET ${STREAM} HTTP/1.1\r\nHost: ${hostOf()}\r\nAuthorization: Bearer ${it.token(scope)}\r\n\r\n`;
}

/** The first that the server says to a request. */
async function firstOf(request: string): Promise<string> {
  const socket = await open();
  socket.write(request);
  const [part]: unknown[] = await once(socket, "data");
  socket.destroy();
  return String(part);
}

function written(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve) => socket.write(text, () => resolve()));
}

async function open(url: string = it.server.url): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, "connect");
  socket.on("error", () => socket.destroy());
  return socket;
}

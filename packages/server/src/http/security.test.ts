/** One test for each line of what the server must stand up to. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agent, createRuntime, memoryEngine, sequential } from "@reeve/core";
import { createToken, listTokens, removeToken, startServer } from "../index.ts";
import { Gatekeeper } from "../access/gatekeeper.ts";
import { served, send, type Answered, type Served } from "../testing/serving.ts";
import { checkChannel, isLoopback } from "./guard.ts";

let it: Served;
beforeAll(async () => {
  it = await served({ requestMsMax: 1_000 });
});
afterAll(async () => {
  await it[Symbol.asyncDispose]();
});

function hostOf(): string {
  return new URL(it.server.url).host;
}

function codeOf({ status, json }: Answered): readonly unknown[] {
  const error = typeof json === "object" && json !== null && "error" in json ? json.error : undefined;
  return [status, typeof error === "object" && error !== null && "code" in error ? error.code : undefined];
}

async function signIn(ticket: string): Promise<Answered> {
  return it.ask("POST", "/sign-in", {
    headers: { origin: it.server.url, "content-type": "application/json" },
    body: JSON.stringify({ ticket }),
  });
}

async function cookieOf(): Promise<string> {
  const ticket = new URL(await it.server.link()).hash.slice(1);
  const { headers } = await signIn(ticket);
  return String(headers["set-cookie"]).split(";")[0] ?? "";
}

describe("credentials", () => {
  test("without a token, or with a wrong one, everything about the log is closed: 401", async () => {
    for (const path of [
      "/api/overview",
      "/api/runs",
      "/api/runs/x/events",
      "/api/tokens",
      "/api/stream?topics=runs",
    ])
      expect([path, ...codeOf(await it.get(path))]).toEqual([path, 401, "not-signed-in"]);
    const wrong = await it.get("/api/runs", { authorization: "Bearer reeve_wrong" });
    expect(codeOf(wrong)).toEqual([401, "not-signed-in"]);
    expect(codeOf(await it.ask("POST", "/api/runs", { body: "{}" }))).toEqual([401, "not-signed-in"]);
  });

  test("a token that may read can't operate: 403", async () => {
    const headers = { authorization: `Bearer ${it.token("read")}`, "content-type": "application/json" };
    expect((await it.get("/api/runs", headers)).status).toBe(200);
    const body = JSON.stringify({ pattern: "copying" });
    expect(codeOf(await it.ask("POST", "/api/runs", { headers, body }))).toEqual([403, "permission-denied"]);
    expect(codeOf(await it.get("/api/tokens", headers))).toEqual([403, "permission-denied"]);
  });

  test("the link to sign in works once", async () => {
    const ticket = new URL(await it.server.link()).hash.slice(1);
    const first = await signIn(ticket);
    expect(first.status).toBe(200);
    expect(String(first.headers["set-cookie"])).toMatch(
      /^reeve-\d+=[\w.-]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(codeOf(await signIn(ticket))).toEqual([401, "not-signed-in"]);
  });

  test("the ticket is in no address that is sent, logged or kept: it stands after the #", async () => {
    const link = new URL(await it.server.link());
    expect([link.pathname, link.search]).toEqual(["/sign-in", ""]);
    expect(link.hash.length).toBeGreaterThan(40);
    expect((await it.get("/sign-in.js")).text).toContain("history.replaceState");
  });

  test("a link ends after ten minutes, a sign-in after twelve hours, and only the server can make one", () => {
    let now = 0;
    const gatekeeper = new Gatekeeper(undefined, () => now);
    const late = gatekeeper.issueTicket();
    now += 600_001;
    expect(gatekeeper.redeem(late)).toBeUndefined();
    const cookie = gatekeeper.redeem(gatekeeper.issueTicket())?.value ?? "";
    expect(gatekeeper.byCookie(cookie)).toMatchObject({ principal: "local", scope: "operate" });
    const [claim = "", signature = ""] = cookie.split(".");
    const forged = Buffer.from('{"until":9999999999999}').toString("base64url");
    expect(gatekeeper.byCookie(`${forged}.${signature}`)).toBeUndefined();
    expect(gatekeeper.byCookie(claim)).toBeUndefined();
    expect(new Gatekeeper(undefined, () => now).byCookie(cookie)).toBeUndefined();
    now += 12 * 3_600_000 + 1;
    expect(gatekeeper.byCookie(cookie)).toBeUndefined();
  });

  test("a sign-in outlives a restart of the server, and ends with the access file's key", () => {
    const file = `${it.file}.access`;
    const first = new Gatekeeper(file, () => 0);
    const cookie = first.redeem(first.issueTicket())?.value ?? "";
    expect(new Gatekeeper(file, () => 0).byCookie(cookie)).toBeDefined();
  });

  test("an access file that came to be garbled lets nobody in until it is mended", () => {
    const file = `${it.file}.garbled`;
    let now = 0;
    const gatekeeper = new Gatekeeper(file, () => now);
    const cookie = gatekeeper.redeem(gatekeeper.issueTicket())?.value ?? "";
    const kept = readFileSync(file, "utf8");
    rmSync(file);
    writeFileSync(file, "{", { mode: 0o600 });
    now += 2_000;
    expect(() => gatekeeper.byCookie(cookie)).toThrow("is not what reeve wrote");
    expect(() => gatekeeper.byCookie(cookie)).toThrow("is not what reeve wrote");
    rmSync(file);
    writeFileSync(file, kept, { mode: 0o600 });
    expect(gatekeeper.byCookie(cookie)).toBeDefined();
  });

  test("what is done bears the name of the credential, whatever the request says", async () => {
    const headers = { authorization: `Bearer ${it.token("operate")}`, "content-type": "application/json" };
    const body = JSON.stringify({ pattern: "copying", context: { principal: "root" } });
    expect((await it.ask("POST", "/api/runs", { headers, body })).status).toBe(400);
    const { id } = await it.client("operate").start({ pattern: "copying", input: 1 });
    expect((await it.runtime.run(id).record()).context.principal).toBe("operator");
  });

  test("tokens are kept as hashes, in a file that is closed to others, and end when they are removed", async () => {
    const file = `${it.file}.access`;
    const token = createToken(it.file, { name: "short-lived", scope: "read" });
    const text = readFileSync(file, "utf8");
    expect(text).not.toContain(token);
    expect(text).not.toContain(token.slice("reeve_".length));
    expect(statSync(file).mode & 0o077).toBe(0);
    const authorization = `Bearer ${token}`;
    await expect
      .poll(async () => (await it.get("/api/session", { authorization })).status, { timeout: 60_000 })
      .toBe(200);
    expect(listTokens(it.file).map(({ name }) => name)).toContain("short-lived");
    removeToken(it.file, "short-lived");
    await expect
      .poll(async () => (await it.get("/api/session", { authorization })).status, { timeout: 60_000 })
      .toBe(401);
  });

  test("an empty grant, such as between two commas, is refused", () => {
    const token = { name: "gappy", scope: "operate", grants: ["a", "", "b"] } as const;
    expect(() => createToken(it.file, token)).toThrow("one of its grants is empty");
  });

  test.skipIf(process.platform === "win32")("an access file that others can read is refused", async () => {
    await using other = await served();
    await other.server.close();
    chmodSync(`${other.file}.access`, 0o644);
    await expect(startServer(other.runtime, { port: 0 })).rejects.toMatchObject({ code: "access-invalid" });
  });
});

describe("where requests come from", () => {
  test("a request for another host is refused: 403", async () => {
    const authorization = `Bearer ${it.token("operate")}`;
    for (const host of ["evil.example", `evil.example:${new URL(it.server.url).port}`, "127.0.0.1:1"])
      expect([host, ...codeOf(await it.get("/api/runs", { authorization, host }))]).toEqual([
        host,
        403,
        "request-refused",
      ]);
    const socket = await open();
    socket.write("GET /api/ready HTTP/1.1\r\nHost: \r\n\r\n");
    const [part]: unknown[] = await once(socket, "data");
    expect(String(part)).toMatch(/^HTTP\/1.1 40[03] /);
    socket.destroy();
  });

  test("a request made by another site's page is refused: 403", async () => {
    const authorization = `Bearer ${it.token("operate")}`;
    for (const origin of [
      "https://evil.example",
      "null",
      `http://localhost.evil.example`,
      "http://127.0.0.1:1",
    ])
      expect([origin, ...codeOf(await it.get("/api/runs", { authorization, origin }))]).toEqual([
        origin,
        403,
        "request-refused",
      ]);
    expect((await it.get("/api/runs", { authorization, origin: it.server.url })).status).toBe(200);
  });

  test("a page from another port of this machine is another site's: 403", async () => {
    const cookie = await cookieOf();
    const { id } = await it.client("operate").start({ pattern: "guarded" });
    for (const origin of ["http://localhost", "https://localhost", "http://127.0.0.1", "http://[::1]"])
      expect([
        origin,
        ...codeOf(await it.ask("POST", `/api/runs/${id}/cancel`, { headers: { cookie, origin } })),
      ]).toEqual([origin, 403, "request-refused"]);
    const { port } = new URL(it.server.url);
    for (const host of ["localhost", "localhost.", `localhost.:${port}`, "127.0.0.1"])
      expect([host, ...codeOf(await it.get("/api/ready", { host }))]).toEqual([host, 403, "request-refused"]);
    for (const host of [`LOCALHOST:${port}`, `[::1]:${port}`])
      expect([host, (await it.get("/api/ready", { host })).status]).toEqual([host, 200]);
  });

  test("a further host is named as browsers send it", async () => {
    await using other = await served({ allowHosts: ["Reeve.example"] });
    const headers = { host: "reeve.example", origin: "https://reeve.example" };
    expect((await other.get("/api/ready", headers)).status).toBe(200);
    await expect(
      startServer(other.runtime, { port: 0, allowHosts: ["https://reeve.example"] }),
    ).rejects.toMatchObject({ code: "option-invalid" });
  });

  test("with a cookie, a change needs the Origin of the server's own pages", async () => {
    const cookie = await cookieOf();
    expect((await it.get("/api/runs", { cookie })).status).toBe(200);
    const body = JSON.stringify({ pattern: "copying", input: 1 });
    const headers = { cookie, "content-type": "application/json" };
    expect(codeOf(await it.ask("POST", "/api/runs", { headers, body }))).toEqual([403, "request-refused"]);
    const own = { ...headers, origin: `http://${hostOf()}` };
    expect((await it.ask("POST", "/api/runs", { headers: own, body })).status).toBe(201);
    const form = { ...own, "content-type": "application/x-www-form-urlencoded" };
    expect((await it.ask("POST", "/api/runs", { headers: form, body: "pattern=copying" })).status).toBe(400);
  });

  test("a credential from another machine without encryption is refused, unless that is asked for", () => {
    const asked = {
      method: "GET",
      host: "h",
      origin: undefined,
      fetchSite: undefined,
      authorization: "Bearer x",
      cookie: undefined,
    };
    const remote = { ...asked, peer: "192.0.2.7", isEncrypted: false };
    expect(() => checkChannel(remote, false)).toThrow("without encryption");
    expect(() => checkChannel(remote, true)).not.toThrow();
    expect(() => checkChannel({ ...remote, isEncrypted: true }, false)).not.toThrow();
    for (const peer of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
      expect(isLoopback(peer)).toBe(true);
    for (const peer of ["10.0.0.1", "::2", "127.evil.example", undefined])
      expect(isLoopback(peer)).toBe(false);
  });

  test("a certificate that can't be read, or is none, is named", async () => {
    const tls = { certFile: `${it.file}.nothing`, keyFile: it.file };
    await expect(startServer(it.runtime, { port: 0, tls })).rejects.toMatchObject({
      code: "option-invalid",
      message: expect.stringContaining("--tls-cert can't be read"),
    });
    const swapped = { certFile: it.file, keyFile: it.file };
    await expect(startServer(it.runtime, { port: 0, tls: swapped })).rejects.toMatchObject({
      code: "option-invalid",
    });
  });

  test("beyond this machine nothing is served without encryption, unless that is asked for", async () => {
    const engine = memoryEngine();
    const pattern = sequential("noting", { steps: [agent("note", { run: () => 1 })] });
    await using runtime = await createRuntime({ patterns: [pattern], engine });
    await expect(startServer(runtime, { port: 0, host: "0.0.0.0" })).rejects.toMatchObject({
      code: "option-invalid",
      message: "serving on '0.0.0.0' would send credentials unencrypted",
    });
  });
});

describe("what browsers are told", () => {
  test("no page runs or loads anything that is not the server's, and no page of another frames it", async () => {
    for (const path of ["/", "/sign-in", "/api/ready", "/nothing"]) {
      const { headers } = await it.get(path);
      const policy = String(headers["content-security-policy"]);
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers["x-content-type-options"]).toBe("nosniff");
    }
  });

  test("the server's own pages have no inline script or style", async () => {
    for (const path of ["/", "/sign-in"]) {
      const { text } = await it.get(path);
      expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:/i);
    }
  });

  test("answers about the log are kept by no cache", async () => {
    const { headers } = await it.get("/api/runs", { authorization: `Bearer ${it.token("read")}` });
    expect(headers["cache-control"]).toBe("no-store");
  });

  test("output with HTML and terminal codes is JSON text and nothing else", async () => {
    const client = it.client("operate");
    const nasty = "<script>alert(1)</script>\u001b[2J";
    const { id } = await client.start({ pattern: "copying", input: nasty });
    await it.runtime.run(id).outcome();
    const headers = { authorization: `Bearer ${it.token("read")}` };
    const answer = await it.get(`/api/runs/${id}/value?which=output`, headers);
    expect(answer.headers["content-type"]).toMatch(/^application\/json/);
    expect(answer.text).not.toContain("\u001b");
  });

  test("no file beside the dashboard's is handed out", async () => {
    for (const path of ["/../package.json", "/%2e%2e/package.json", "/..%2fpackage.json", "/.access"])
      expect((await it.get(path)).text).not.toMatch(/@reeve\/server|"key":/);
  });
});

describe("what would wear the server down", () => {
  test("a body of 10 MB is refused, and the server goes on", async () => {
    const headers = { authorization: `Bearer ${it.token("operate")}`, "content-type": "application/json" };
    const body = JSON.stringify({ pattern: "copying", input: "x".repeat(10_000_000) });
    const refused = await it.ask("POST", "/api/runs", { headers, body }).then(codeOf, closedEarly);
    expect([[413, "request-too-large"], ["closed"]]).toContainEqual(refused);
    await expectAlive();
  });

  test("a body that comes slowly is given up", async () => {
    const socket = await open();
    socket.write(
      `POST /api/runs HTTP/1.1\r\nHost: ${hostOf()}\r\nAuthorization: Bearer ${it.token("operate")}\r\n` +
        `Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"pat`,
    );
    await once(socket, "close");
    await expectAlive();
  });

  test("headers that come slowly are given up", async () => {
    const socket = await open();
    socket.write("GET /api/ready HTTP/1.1\r\nHo");
    await once(socket, "close");
    await expectAlive();
  });

  test("10,000 idle connections keep nobody else from being answered", async () => {
    const closed: Promise<unknown>[] = [];
    for (let count = 0; count < 10_000;) {
      const batch = await Promise.all(Array.from({ length: 200 }, () => open()));
      closed.push(...batch.map((socket) => once(socket, "close")));
      count += batch.length;
      if (count % 2_000 === 0) await expectAlive();
    }
    await expectAlive();
    await it.server.close();
    await Promise.all(closed);
    it = await reopened();
  });

  test("a garbled upgrade to a websocket is answered like any request, or refused", async () => {
    const socket = await open();
    socket.write(
      `GET /api/stream HTTP/1.1\r\nHost: ${hostOf()}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        "Sec-WebSocket-Key: \u0000\u0001garbage\r\nSec-WebSocket-Version: 99\r\n\r\n\u0081\u00ff\u00ff\u00ff",
    );
    const [part]: unknown[] = await once(socket, "data");
    expect(String(part)).toMatch(/^HTTP\/1.1 4\d\d /);
    socket.destroy();
    await expectAlive();
  });

  test("what is no HTTP at all is refused", async () => {
    const socket = await open();
    socket.write("\u0016\u0003\u0001\u0002\u0000 this is no request\r\n\r\n");
    await once(socket, "close");
    await expectAlive();
  });
});

function closedEarly(error: unknown): readonly unknown[] {
  const code = error instanceof Error && "code" in error ? error.code : error;
  return code === "ECONNRESET" || code === "EPIPE" ? ["closed"] : [code];
}

async function open(): Promise<Socket> {
  const { hostname, port } = new URL(it.server.url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, "connect");
  socket.on("error", () => socket.destroy());
  // One that reads nothing does not notice that it was closed.
  socket.resume();
  return socket;
}

async function expectAlive(): Promise<void> {
  expect((await send(it.server.url, "GET", "/api/ready", {})).status).toBe(200);
}

async function reopened(): Promise<Served> {
  await it[Symbol.asyncDispose]();
  return served({ requestMsMax: 1_000 });
}

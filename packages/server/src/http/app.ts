/** The HTTP side: each request is guarded, parsed, answered by a view or handed to the runtime, and never trusted. */
import { readTraceparent, ReeveError, type CallerOptions } from "@reeve/core";
import type { HttpBindings } from "@hono/node-server";
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import type { Credential } from "../access/gatekeeper.ts";
import { isRequest } from "../commands/ask.ts";
import { streamQuerySchema } from "../contract/stream.ts";
import { routes } from "../contract/routes.ts";
import { answersOf, type Answer, type AnswerHost } from "./answers.ts";
import { refusalOf } from "./errors.ts";
import {
  checkChannel,
  checkPage,
  checkPlace,
  checkScope,
  identify,
  type Asked,
  type GuardOptions,
} from "./guard.ts";
import { openApiDocument } from "./open-api.ts";
import { NOT_BUILT_PAGE, SIGN_IN_PAGE, SIGN_IN_SCRIPT, STYLE } from "./pages.ts";
import { fieldKindsOf, jsonOf, parseInput, readQuery, type FieldKinds } from "./read-input.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";
import type { Site } from "./site.ts";
import type { StreamHub } from "./stream-hub.ts";

export interface AppOptions extends AnswerHost, GuardOptions {
  readonly hub: StreamHub;
  readonly site: Site;
  /** Of the cookie; other servers of this machine share its host. */
  readonly cookieName: string;
  readonly isEncrypted: boolean;
}

type App = Hono<{ Bindings: HttpBindings }>;
type Asking = Context<{ Bindings: HttpBindings }>;

const BODY_BYTES_MAX = 1_048_576;
const ticketSchema = z.strictObject({ ticket: z.string().max(200) });

export function makeApp(options: AppOptions): App {
  const app: App = new Hono();
  app.onError((error, c) => refuse(c, options, error));
  app.notFound((c) => {
    const { method, path } = c.req;
    const missing = new ReeveError("route-not-found", `there is no ${method} ${path}`, {
      hint: "see /api/openapi.json for what there is",
    });
    return refuse(c, options, missing);
  });
  app.use(async (c, next) => {
    await next();
    // On the answer itself: what is said before does not reach answers that are made elsewhere.
    for (const [name, value] of SECURITY_HEADERS) c.res.headers.set(name, value);
  });
  app.use(async (c, next) => {
    checkPlace(askedOf(c, options), options);
    await next();
  });
  app.use(limitBody());
  addApi(app, options);
  addSignIn(app, options);
  addSignOut(app, options);
  addSite(app, options);
  return app;
}

function limitBody(): ReturnType<typeof bodyLimit> {
  return bodyLimit({
    maxSize: BODY_BYTES_MAX,
    onError: () => {
      throw new ReeveError("request-too-large", `the body has more than ${BODY_BYTES_MAX} bytes`, {
        hint: "hand on where the content is, not the content; the library takes inputs of up to 16 MB",
      });
    },
  });
}

function addApi(app: App, options: AppOptions): void {
  const { views } = options;
  const document = openApiDocument(options.version);
  app.use("/api/*", async (c, next) => {
    checkPage(askedOf(c, options));
    await next();
    c.res.headers.set("cache-control", "no-store");
  });
  app.get("/api/openapi.json", (c) => c.json(document));
  app.get("/api/stream", (c) => openStream(c, options));
  for (const answer of answersOf(options)) addRoute(app, options, answer);
  for (const [name, route] of Object.entries(routes)) {
    if (!isRequest(name)) continue;
    addRoute(app, options, {
      route,
      answer: async (given, asker) => {
        const input = parseInput<unknown>(route.input, given, route.path);
        if (!asker) throw new ReeveError("not-signed-in", "nobody is signed in");
        const output = await views.sources.act(name, input, callerOf(asker));
        return { status: route.status ?? 200, output };
      },
    });
  }
}

function addRoute(app: App, options: AppOptions, { route, answer }: Answer): void {
  const { method, path, scope } = route;
  const kinds = fieldKindsOf(route.input);
  const hasBody = method === "POST" || method === "PUT";
  app.on(method, path.replace(/\{(\w+)\}/g, ":$1"), async (c) => {
    const asker = scope === "open" ? undefined : identify(askedOf(c, options), options);
    if (asker && scope !== "open") checkScope(asker, scope);
    const names = Object.fromEntries(Object.entries<string>(c.req.param()));
    const given = hasBody
      ? { ...callerTrace(c, kinds), ...(await bodyOf(c)), ...names }
      : readQuery(kinds, new URL(c.req.url).searchParams, names);
    await options.views.sources.fresh();
    const { status, output } = await answer(given, asker);
    return c.json(output, status);
  });
}

/** As the W3C has it, a header that is not of its form is as good as none. */
function callerTrace(c: Asking, kinds: FieldKinds): { readonly traceparent?: string } {
  const traceparent = c.req.header("traceparent");
  const isMeant = kinds.has("traceparent") && readTraceparent(traceparent) !== undefined;
  return traceparent !== undefined && isMeant ? { traceparent } : {};
}

function openStream(c: Asking, options: AppOptions): Response {
  const credential = identify(askedOf(c, options), options);
  // A HEAD is answered as its GET without the content, so the stream would be opened, read by nobody, and never end.
  if (c.req.method === "HEAD") return c.body(null, 200, { "content-type": "text/event-stream" });
  const search = new URL(c.req.url).searchParams;
  const query = parseInput(
    streamQuerySchema,
    readQuery(fieldKindsOf(streamQuerySchema), search, {}),
    "/api/stream",
  );
  const last = Number(c.req.header("last-event-id") ?? NaN);
  const from = Number.isSafeInteger(last) && last >= 0 ? last : query.from;
  // Whoever may no longer read is told nothing more.
  const mayRead = (): boolean => isStillValid(c, options, credential);
  return options.hub.open({ principal: credential.principal, topics: query.topics, from, mayRead });
}

function isStillValid(c: Asking, options: AppOptions, { principal }: Credential): boolean {
  try {
    return identify(askedOf(c, options), options).principal === principal;
  } catch {
    // ignore: why it is not valid any more is of no interest to the stream, which ends
    return false;
  }
}

function addSignIn(app: App, options: AppOptions): void {
  const { gatekeeper, cookieName, isEncrypted, insecure } = options;
  app.get("/sign-in", (c) => c.html(SIGN_IN_PAGE, 200, { "cache-control": "no-store" }));
  app.get("/sign-in.js", (c) => c.body(SIGN_IN_SCRIPT, 200, { "content-type": "text/javascript" }));
  app.get("/reeve.css", (c) => c.body(STYLE, 200, { "content-type": "text/css" }));
  app.post("/sign-in", async (c) => {
    const asked = askedOf(c, options);
    checkChannel(asked, insecure);
    if (asked.origin === undefined) {
      throw new ReeveError("request-refused", "the request to sign in has no Origin", {
        hint: "sign in with a browser; programs use a token",
      });
    }
    const { ticket } = parseInput(ticketSchema, await bodyOf(c), "/sign-in");
    const cookie = gatekeeper.redeem(ticket);
    if (!cookie) {
      throw new ReeveError("not-signed-in", "the link to sign in was used, or is older than ten minutes", {
        hint: "for a new one: reeve link, where the server runs",
      });
    }
    setCookie(c, cookieName, cookie.value, {
      path: "/",
      httpOnly: true,
      sameSite: "Strict",
      secure: isEncrypted,
      maxAge: cookie.maxAgeSeconds,
    });
    return c.json({ ok: true });
  });
}

function addSignOut(app: App, options: AppOptions): void {
  const { gatekeeper, cookieName, isEncrypted } = options;
  app.post("/sign-out", (c) => {
    const asked = askedOf(c, options);
    identify(asked, options);
    if (asked.cookie !== undefined) gatekeeper.signOut(asked.cookie);
    deleteCookie(c, cookieName, { path: "/", secure: isEncrypted });
    return c.json({ ok: true });
  });
}

function addSite(app: App, { site }: AppOptions): void {
  app.get("*", async (c, next) => {
    if (c.req.path.startsWith("/api/")) return next();
    const acceptsZip = /\bgzip\b/.test(c.req.header("accept-encoding") ?? "");
    const path = decodedPath(c.req.path);
    const file = path === undefined ? undefined : site.answer(path, acceptsZip);
    if (file) return file;
    return c.req.path === "/" ? c.html(NOT_BUILT_PAGE, 503) : next();
  });
}

/** Undefined where the address is no UTF-8: then it is that of no file. */
function decodedPath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    // ignore: whoever asks so is told that there is nothing
    return undefined;
  }
}

async function bodyOf(c: Asking): Promise<object> {
  const type = c.req.header("content-type") ?? "";
  const text = await c.req.text();
  if (text === "") return {};
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    throw new ReeveError("option-invalid", `the body is '${type}'`, {
      hint: "send JSON with the content-type application/json",
    });
  }
  const body = jsonOf(text);
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  throw new ReeveError("option-invalid", "the body is no JSON object", {
    hint: "see /api/openapi.json for what the request takes",
  });
}

function callerOf({ principal, grants }: Credential): CallerOptions {
  return { principal, ...(grants && { grants }) };
}

function askedOf(c: Asking, { cookieName, isEncrypted }: AppOptions): Asked {
  return {
    method: c.req.method,
    host: c.req.header("host"),
    origin: c.req.header("origin"),
    fetchSite: c.req.header("sec-fetch-site"),
    authorization: c.req.header("authorization"),
    cookie: getCookie(c, cookieName),
    peer: c.env.incoming.socket.remoteAddress,
    isEncrypted,
  };
}

function refuse(c: Asking, { views }: AppOptions, error: unknown): Response {
  const { status, body } = refusalOf(error, (fault) =>
    // Who hung up amid a body is nobody's fault, and must not fill the operator's screen.
    c.env.incoming.readableAborted
      ? undefined
      : views.sources.told(`answering ${c.req.method} ${c.req.path}`, fault),
  );
  return c.json(body, status);
}

/**
 * HTTP/2 over unix sockets to a Restate node: kept connections, many requests on each, so that the client costs Restate
 * as little as a client can.
 */
import { connect, type ClientHttp2Session } from "node:http2";
import { connect as connectSocket } from "node:net";

export interface Ingress {
  /** Starts a run and waits for its result: https://docs.restate.dev/services/invocation */
  call(path: string, body: unknown): Promise<unknown>;
  close(): void;
}

// A server may refuse more than 100 requests at once on a connection, and the bench has 1,024.
const CONNECTIONS = 16;

export function openIngress(socket: string): Ingress {
  const sessions = Array.from({ length: CONNECTIONS }, () => openSession(socket));
  let next = 0;
  return {
    call: (path, body) => {
      const session = sessions[next++ % CONNECTIONS];
      if (!session) throw new Error("there is no connection");
      return request(session, path, body);
    },
    close: () => {
      for (const session of sessions) session.destroy();
    },
  };
}

/** One request on a connection of its own. Without a body it is a GET. */
export async function requestOnce(socket: string, path: string, body?: unknown): Promise<unknown> {
  const session = openSession(socket);
  try {
    return await request(session, path, body);
  } finally {
    session.destroy();
  }
}

function openSession(socket: string): ClientHttp2Session {
  const session = connect("http://localhost", { createConnection: () => connectSocket(socket) });
  // ignore: a broken connection fails the requests on it, and those are reported
  session.on("error", () => undefined);
  return session;
}

function request(session: ClientHttp2Session, path: string, body: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ":method": body === undefined ? "GET" : "POST",
      ":path": path,
      "content-type": "application/json",
    });
    let status = 0;
    let text = "";
    stream.setEncoding("utf8");
    stream.once("response", (headers) => (status = headers[":status"] ?? 0));
    stream.on("data", (chunk: string) => (text += chunk));
    stream.once("error", reject);
    stream.once("close", () => {
      if (status >= 200 && status < 300) resolve(text === "" ? undefined : JSON.parse(text));
      else reject(new Error(`${path}: ${status} ${text}`));
    });
    stream.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

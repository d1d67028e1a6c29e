/**
 * Two clients without a browser, which ask for what a browser would: one on the overview, one on a run. What the event
 * stream tells makes them read the answers concerned anew, each at most once a second, as the dashboard does.
 *
 * `node headless-clients.ts URL TOKEN RUN`; says "reading" once both streams are open, and reads until it is killed.
 */
const [url = "", token = "", run = ""] = process.argv.slice(2);
const AGAIN_MS = 1_000;
const HOUR_MS = 3_600_000;
const headers = { authorization: `Bearer ${token}` };

/** What each kind of message makes the pages read. */
const overview = {
  hello: ["/api/overview", "/api/needs"],
  overview: [`/api/activity?sinceMs=${HOUR_MS}`],
  needs: ["/api/failures"],
} as const;
const path = `/api/runs/${encodeURIComponent(run)}`;
const oneRun = { hello: [path, `${path}/steps`], "run-events": [path, `${path}/steps`] } as const;

await Promise.all([open("overview,needs", overview), open(`run:${run},needs`, oneRun)]);
process.stdout.write("reading\n");

async function open(topics: string, reads: Readonly<Record<string, readonly string[]>>): Promise<void> {
  const stream = await get(`/api/stream?topics=${encodeURIComponent(topics)}`);
  if (!stream.body) throw new Error("the stream is empty");
  void follow(stream.body, reads);
}

async function follow(
  body: ReadableStream<Uint8Array>,
  reads: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const due = new Map<string, number>();
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true });
    const messages = text.split("\n\n");
    text = messages.pop() ?? "";
    for (const message of messages) {
      const line = message.split("\n").find((each) => each.startsWith("data:"));
      if (line !== undefined) await readAnew(typeOf(JSON.parse(line.slice("data:".length))), reads, due);
    }
  }
  throw new Error("the stream ended");
}

async function readAnew(
  type: string,
  reads: Readonly<Record<string, readonly string[]>>,
  due: Map<string, number>,
): Promise<void> {
  for (const address of reads[type] ?? []) {
    if (performance.now() < (due.get(address) ?? 0)) continue;
    due.set(address, performance.now() + AGAIN_MS);
    await (await get(address)).json();
  }
}

async function get(address: string): Promise<Response> {
  const response = await fetch(url + address, { headers });
  if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
  return response;
}

function typeOf(message: unknown): string {
  return typeof message === "object" && message !== null && "type" in message ? String(message.type) : "";
}

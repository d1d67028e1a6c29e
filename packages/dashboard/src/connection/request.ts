/** Requests to the server: JSON both ways, failures as one error that says what helps. */

/** The server refused, or could not be reached. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  /** HTTP status; 0 where nothing answered. */
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;

  constructor(status: number, code: string, message: string, hint?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

/** Sends a request; its answer as JSON. @throws RequestError */
export function requestJson(
  method: "GET" | "POST" | "DELETE",
  address: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<unknown> {
  return request(address, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    ...(signal === undefined ? {} : { signal }),
  });
}

async function request(path: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: "same-origin", redirect: "error" });
  } catch (cause) {
    if (init.signal?.aborted === true) throw cause;
    throw new RequestError(0, "unreachable", "The server does not answer.", "Is `reeve up` still running?");
  }
  const answer = await readAnswer(response);
  if (response.ok) return answer;
  throw errorOf(response.status, answer);
}

async function readAnswer(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    throw new RequestError(
      response.status,
      "answer-unreadable",
      `The server answered with ${response.status}, not JSON.`,
    );
  }
}

function errorOf(status: number, answer: unknown): RequestError {
  const error = field(answer, "error");
  const text = (name: string): string | undefined => {
    const value = field(error, name) ?? field(answer, name);
    return typeof value === "string" ? value : undefined;
  };
  return new RequestError(
    status,
    text("code") ?? `status-${status}`,
    text("message") ?? `The server answered with ${status}.`,
    text("hint"),
  );
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

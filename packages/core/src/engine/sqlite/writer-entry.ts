/**
 * The writer's thread: one connection, on which batches are written as they come in, those that came meanwhile together.
 *
 * Invariant: after a refusal nothing is written until the engine's thread has heard of it, so that no batch overtakes
 * the one that was refused.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { ReeveError } from "../../errors.ts";
import { batchIn } from "./batch-text.ts";
import { BatchWriter } from "./commit.ts";
import { openConnection } from "./connection.ts";
import { isWriterStart, type WriterAnswer, type WriterRequest } from "./writer-message.ts";

type WriteRequest = Extract<WriterRequest, { readonly kind: "write" }>;

const port = parentPort;
const start: unknown = workerData;
if (!isWriterStart(start)) throw new TypeError("this module is the entry of a thread of the SQLite engine");
const { file, durability, checkpointPages, closed } = start;

const connection = openConnection(file, { durability, role: "owner" });
connection.configure();
connection.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`);
const writer = new BatchWriter(connection);
/** What the last refusal said, and in which era. */
let refusal: { readonly era: number; readonly error: unknown } | undefined;

port?.on("message", (request: WriterRequest) => {
  for (let next: WriterRequest | undefined = request; next;) next = answered(next);
});

answer({ kind: "ready" });

/** @returns what came meanwhile and was not answered with it */
function answered(request: WriterRequest): WriterRequest | undefined {
  switch (request.kind) {
    case "write": {
      const writes = [request];
      let next = received();
      for (; next?.kind === "write" && next.era === request.era; next = received()) writes.push(next);
      answer(write(writes));
      return next;
    }
    case "checkpoint":
      checkpoint();
      answer({ kind: "checked" });
      return undefined;
    case "close":
      close();
      return undefined;
  }
}

function received(): WriterRequest | undefined {
  const found: { readonly message: WriterRequest } | undefined = port
    ? receiveMessageOnPort(port)
    : undefined;
  return found?.message;
}

/** @param requests of one era */
function write(requests: readonly WriteRequest[]): WriterAnswer {
  const count = requests.length;
  try {
    if (refusal && requests[0]?.era === refusal.era) throw refusal.error;
    if (requests.some(({ forget }) => forget)) writer.forget();
    return { kind: "stored", count, emptied: writer.write(requests.map(({ batch }) => batchIn(batch))) };
  } catch (error) {
    refusal = { era: requests[0]?.era ?? 0, error };
    if (error instanceof ReeveError) {
      const { code, message, hint, retryable } = error;
      return { kind: "refused", count, code, message, hint, retryable };
    }
    return { kind: "failed", count, error };
  }
}

function checkpoint(): void {
  try {
    connection.statement("PRAGMA wal_checkpoint(PASSIVE)").get();
  } catch {
    // ignore: nothing is lost, it is tried again, and a disk that refuses is told of by the next write.
  }
}

/** Whoever closes the log waits for this thread without a turn of his own. */
function close(): void {
  try {
    connection.close();
  } finally {
    Atomics.store(closed, 0, 1);
    Atomics.notify(closed, 0);
    port?.close();
  }
}

function answer(message: WriterAnswer): void {
  port?.postMessage(message);
}

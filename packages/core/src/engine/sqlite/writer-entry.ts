/** The writer's thread: one connection, on which batches are written as they come in. */
import { parentPort, workerData } from "node:worker_threads";
import { ReeveError } from "../../errors.ts";
import { batchIn } from "./batch-text.ts";
import { BatchWriter } from "./commit.ts";
import { openConnection } from "./connection.ts";
import { isWriterStart, type WriterAnswer, type WriterRequest } from "./writer-message.ts";

const port = parentPort;
const start: unknown = workerData;
if (!isWriterStart(start)) throw new TypeError("this module is the entry of a thread of the SQLite engine");
const { file, durability, checkpointPages, closed } = start;

const connection = openConnection(file, { durability, role: "owner" });
connection.configure();
connection.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`);
const writer = new BatchWriter(connection);

port?.on("message", (request: WriterRequest) => {
  switch (request.kind) {
    case "write":
      answer(write(request));
      return;
    case "checkpoint":
      checkpoint();
      answer({ kind: "checked" });
      return;
    case "close":
      close();
      return;
  }
});

answer({ kind: "ready" });

function write({ batch, forget }: Extract<WriterRequest, { readonly kind: "write" }>): WriterAnswer {
  if (forget) writer.forget();
  try {
    return { kind: "stored", emptied: writer.write(batchIn(batch)) };
  } catch (error) {
    if (error instanceof ReeveError) {
      const { code, message, hint, retryable } = error;
      return { kind: "refused", code, message, hint, retryable };
    }
    return { kind: "failed", error };
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

/**
 * BullMQ on a Redis server of its own that syncs its log before it answers: a queue, not a durable engine, so one job is
 * compared with one run of one step. Added, processed and completed by one process; timed until the worker has the
 * server's word that the completion is stored.
 */
import { Queue, Worker } from "bullmq";
import { connect } from "node:net";
import { join } from "node:path";
import type { Contender, Value } from "./contender.ts";
import { packageVersion } from "./package-version.ts";
import { findProgram, MissingServer, programVersion, startServer } from "./server.ts";

const QUEUE = "bench";

export async function open(folder: string): Promise<Contender> {
  const program = findProgram("redis-server");
  if (program === undefined) throw new MissingServer("Redis is not installed: apt-get install redis-server");
  const socket = join(folder, "redis.sock");
  const server = await startServer({
    program,
    args: redisArguments(folder, socket),
    log: join(folder, "redis.log"),
    answers: () => connects(socket),
  });
  // https://docs.bullmq.io/guide/going-to-production: null for workers, so that no command is given up.
  const connection = { path: socket, maxRetriesPerRequest: null };
  const queue = new Queue<Value, Value>(QUEUE, { connection });
  const worker = new Worker<Value, Value>(
    QUEUE,
    async ({ data: { n, text } }) => ({ n: n + 1, text }),
    // The documentation's own example; 128, 300 and 1,024 made fewer jobs a second.
    // https://docs.bullmq.io/guide/workers/concurrency
    { connection, concurrency: 50 },
  );
  const waiting = new Map<string, PromiseWithResolvers<Value>>();
  worker.on("completed", ({ id = "" }, result) => settle(waiting, id)?.resolve(result));
  worker.on("failed", (job, error) => settle(waiting, job?.id ?? "")?.reject(error));
  let jobs = 0;
  return {
    version: `${packageVersion("bullmq")}, ${packageVersion("ioredis")} on ${programVersion(program)}`,
    run: async (steps, value) => {
      if (steps !== 1) throw new Error(`a job has one step, not ${steps}`);
      const jobId = `job-${jobs++}`;
      const completed = Promise.withResolvers<Value>();
      waiting.set(jobId, completed);
      // https://docs.bullmq.io/guide/queues/auto-removal-of-jobs
      await queue.add("a", value, { jobId, removeOnComplete: true });
      return completed.promise;
    },
    close: async () => {
      await Promise.all([worker.close(true), queue.close()]);
      await server.stop();
    },
  };
}

function settle<T>(waiting: Map<string, T>, id: string): T | undefined {
  const found = waiting.get(id);
  waiting.delete(id);
  return found;
}

function redisArguments(folder: string, socket: string): readonly string[] {
  const settings = {
    dir: folder,
    // The client is on the same machine: https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/latency/
    port: "0",
    unixsocket: socket,
    // https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
    appendonly: "yes",
    appendfsync: "always",
    save: "",
    // https://docs.bullmq.io/guide/going-to-production
    "maxmemory-policy": "noeviction",
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

function connects(socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const client = connect(socket, () => {
      client.destroy();
      resolve();
    });
    client.once("error", reject);
  });
}

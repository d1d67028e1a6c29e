/** What the stream says, put in the place of the answers it concerns. */
import { useEffect } from "preact/hooks";
import { putAnswer, refresh } from "./answers.ts";
import type { StreamMessage } from "./contract.ts";
import { listen, want } from "./live.ts";

/** Follows the stream; called once. */
export function applyLiveAnswers(): void {
  want("needs");
  listen(apply);
}

/** Follows a topic while the component is shown. */
export function useTopic(topic: string): void {
  useEffect(() => want(topic), [topic]);
}

const ALERTS = "/api/alerts";
/** What may be another when the overview is, and when runs are. */
const OF_THE_WHOLE = ["/api/activity", "/api/marks", "/api/resources", ALERTS];
const OF_RUNS = [
  "/api/runs",
  "/api/agents",
  "/api/queues",
  "/api/activity",
  "/api/audit",
  "/api/marks",
  "/api/choices",
  "/api/confidence",
  "/api/calibration",
  "/api/trend",
];

function apply(message: StreamMessage): void {
  switch (message.type) {
    case "overview":
      putAnswer("overview", {}, message.overview);
      for (const path of OF_THE_WHOLE) refresh(path, path === ALERTS);
      return;
    case "needs":
      putAnswer("needs", {}, message.needs);
      refresh("/api/failures");
      return;
    case "runs":
      for (const path of OF_RUNS) refresh(path);
      refresh("/api/patterns", true);
      return;
    case "run-events":
    case "snapshot":
      refresh(`/api/runs/${encodeURIComponent(message.run)}`, true);
      return;
    case "hello":
  }
}

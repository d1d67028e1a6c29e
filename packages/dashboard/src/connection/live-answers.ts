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

function apply(message: StreamMessage): void {
  switch (message.type) {
    case "overview":
      putAnswer("overview", {}, message.overview);
      refresh("/api/activity");
      return;
    case "needs":
      putAnswer("needs", {}, message.needs);
      refresh("/api/failures");
      return;
    case "runs":
      refresh("/api/runs");
      refresh("/api/queues");
      refresh("/api/activity");
      refresh("/api/patterns", true);
      return;
    case "run-events":
    case "snapshot":
      refresh(`/api/runs/${encodeURIComponent(message.run)}`, true);
      return;
    case "hello":
  }
}

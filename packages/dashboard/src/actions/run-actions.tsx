/** What can be done with a run, each also as a command. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { RunDetail } from "../connection/contract.ts";
import { CopyCommand } from "../parts/copy-command.tsx";
import { navigate, runHref } from "../shell/address.ts";
import { act, useMayOperate } from "./act.ts";
import { ForkDialog } from "./fork-dialog.tsx";
import { ReasonDialog } from "./reason-dialog.tsx";

type Question = "cancel" | "pause" | "fork";

/** The buttons that fit where the run stands. */
export function RunActions({ detail }: { readonly detail: RunDetail }): JSX.Element | null {
  const asked = useSignal<Question | undefined>(undefined);
  const mayOperate = useMayOperate();
  const { run, outcome } = detail;
  const close = (): void => {
    asked.value = undefined;
  };
  const hasEnded = run.state === "ended";
  const canRetry = hasEnded && outcome?.status !== "completed";
  const retry = async (): Promise<void> => {
    const started = await act("retry", { id: run.id }, "Started a run that makes anew what failed");
    if (started !== undefined) navigate(runHref(started.id));
  };
  return (
    <div class="actions" role="group" aria-label="Actions">
      {canRetry && (
        <Action
          label="Retry"
          title="Start a new run that makes anew what failed"
          isAllowed={mayOperate}
          isMain
          command={["reeve", "retry", run.id]}
          onPress={() => void retry()}
        />
      )}
      <Action
        label="Fork…"
        title="Start a new run from a step of this one, with an input of your own"
        isAllowed={mayOperate}
        command={["reeve", "fork", run.id]}
        onPress={() => (asked.value = "fork")}
      />
      {!hasEnded && (
        <PauseOrResume detail={detail} isAllowed={mayOperate} onPause={() => (asked.value = "pause")} />
      )}
      {!hasEnded && (
        <Action
          label="Cancel…"
          title="Ask the run to end; what was done is undone"
          isAllowed={mayOperate && detail.cancelRequested === null}
          isBad
          command={["reeve", "cancel", run.id]}
          onPress={() => (asked.value = "cancel")}
        />
      )}
      {asked.value === "fork" && <ForkDialog run={run.id} from="" onClose={close} />}
      {(asked.value === "cancel" || asked.value === "pause") && (
        <ReasonDialog run={run.id} action={asked.value} onClose={close} />
      )}
    </div>
  );
}

interface PauseOrResumeProps {
  readonly detail: RunDetail;
  readonly isAllowed: boolean;
  readonly onPause: () => void;
}

function PauseOrResume({ detail, isAllowed, onPause }: PauseOrResumeProps): JSX.Element {
  const { id } = detail.run;
  const isPaused = detail.paused !== null;
  const resume = (): void => void act("resume", { id }, "The run goes on");
  return (
    <Action
      label={isPaused ? "Resume" : "Pause…"}
      title={isPaused ? "Let the run go on" : "Begin no further attempt; those that run may end"}
      isAllowed={isAllowed}
      isMain={isPaused}
      command={["reeve", isPaused ? "resume" : "pause", id]}
      onPress={isPaused ? resume : onPause}
    />
  );
}

interface ActionProps {
  readonly label: string;
  readonly title: string;
  readonly isAllowed: boolean;
  readonly isMain?: boolean;
  readonly isBad?: boolean;
  readonly command: readonly string[];
  readonly onPress: () => void;
}

/** A button with its command beside it. */
export function Action({
  label,
  title,
  isAllowed,
  isMain,
  isBad,
  command,
  onPress,
}: ActionProps): JSX.Element {
  const kind = isMain === true ? "main" : isBad === true ? "bad" : "plain";
  return (
    <span class="action">
      <button
        type="button"
        class={`button button-${kind}`}
        title={title}
        disabled={!isAllowed}
        onClick={onPress}
      >
        {label}
      </button>
      <CopyCommand words={command} />
    </span>
  );
}

/** "Copy as command": what a button does, as a line for the shell. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { shellCommand } from "../format/shell-command.ts";
import { announce } from "./announce.tsx";
import { Mark } from "./mark.tsx";

interface CopyCommandProps {
  readonly words: readonly string[];
  /** Shows the command, not only the button. */
  readonly isShown?: boolean;
}

const SHOWN_MS = 1_500;

/** Puts the command on the clipboard. */
export function CopyCommand({ words, isShown = false }: CopyCommandProps): JSX.Element {
  const isCopied = useSignal(false);
  const text = shellCommand(words);
  const copy = async (): Promise<void> => {
    isCopied.value = await copyText(text);
    if (!isCopied.value) return;
    announce("Command copied");
    setTimeout(() => {
      isCopied.value = false;
    }, SHOWN_MS);
  };
  return (
    <span class={isShown ? "command command-shown" : "command"}>
      {isShown && <code>{text}</code>}
      <button
        type="button"
        class="icon-button"
        title={`Copy as command: ${text}`}
        aria-label={`Copy as command: ${text}`}
        onClick={() => void copy()}
      >
        {isCopied.value ? <CheckMark /> : <CopyMark />}
      </button>
    </span>
  );
}

/** Whether the text is on the clipboard now; where the browser forbids it, the text is offered to copy by hand. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    window.prompt("Copy this:", text);
    return false;
  }
}

function CopyMark(): JSX.Element {
  return <Mark path="M3 4.500l3 3-3 3M8 11.500h5" width="1.4" />;
}

function CheckMark(): JSX.Element {
  return <Mark path="M3 8.500l3.500 3.500L13 5" width="1.6" />;
}

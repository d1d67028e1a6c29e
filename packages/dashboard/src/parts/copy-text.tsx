/** Puts a text on the clipboard as it is, such as an id to search other logs for. */
import type { JSX } from "preact";
import { announce } from "./announce.tsx";
import { copyText } from "./copy-command.tsx";
import { Mark } from "./mark.tsx";

/** @param what names the text: "id of the run" */
export function CopyText({ text, what }: { readonly text: string; readonly what: string }): JSX.Element {
  const copy = async (): Promise<void> => {
    if (await copyText(text)) announce(`Copied the ${what}`);
  };
  return (
    <button
      type="button"
      class="icon-button"
      title={`Copy the ${what}`}
      aria-label={`Copy the ${what}`}
      onClick={() => void copy()}
    >
      <Mark path="M5.500 5.500h7.500v7.500H5.500zM3 10.500V3h7.500" width="1.4" />
    </button>
  );
}

/** What a page says where there is nothing: what it would show, and the one command that changes that. */
import type { ComponentChildren, JSX } from "preact";
import { CopyCommand } from "./copy-command.tsx";

interface EmptyProps {
  readonly title: string;
  readonly children?: ComponentChildren;
  /** The words of the command that helps. */
  readonly command?: readonly string[];
}

/** An empty state. */
export function Empty({ title, children, command }: EmptyProps): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children !== undefined && <p class="muted">{children}</p>}
      {command !== undefined && <CopyCommand words={command} isShown />}
    </div>
  );
}

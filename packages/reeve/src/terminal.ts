/** `reeve/terminal`: the progress display of the command, for programs that start runs themselves. */
export { followRun, type FollowOptions } from "./output/follow-run.ts";
export { isWatched } from "./output/is-watched.ts";

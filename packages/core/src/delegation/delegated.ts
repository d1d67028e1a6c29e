/**
 * The name in the log of runs that stand for a delegated task and not for a pattern: what does the task is their child. They
 * teach nothing themselves. Nobody's pattern is called so.
 */
export const DELEGATED = "(delegated)";

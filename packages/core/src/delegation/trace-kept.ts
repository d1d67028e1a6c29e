/** Why a run's trace is kept. Apart from `trace-context.ts`, so that those who check patterns load no hashes. */
export type TraceKept = "error" | "slow" | "principal" | "caller" | "share";

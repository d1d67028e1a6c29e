/**
 * The tables stay as they are; what is in them is written shorter: the usual entries of events without labels
 * (engine/sqlite/short-entry.ts), of a context what is unusual (engine/sqlite/context-text.ts). What was written before is read as
 * it was; an earlier version can't read what is written now, which the number of this migration tells it.
 */
export const SHORT_ROWS = "";

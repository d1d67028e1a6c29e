/** A run to begin: what was asked for, with every value stored. */
import type { PayloadId } from "../../delegation/reference.ts";
import type { StartRequest } from "../engine.ts";

export interface NewRun extends Omit<StartRequest, "input" | "isNewId"> {
  readonly input: PayloadId | undefined;
  readonly inputDigest: string;
  /** Stored values in which there may be secrets that the run is to know. */
  readonly knows?: readonly PayloadId[];
}

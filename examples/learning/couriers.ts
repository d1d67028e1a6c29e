/** Two patterns that do the same work: each hands a parcel to a courier, who can be made to lose parcels. */
import { agent, sequential } from "reeve";

export interface Courier {
  /** The share of parcels that arrive, 0 to 1. */
  reliability: number;
}

/** Who carries how well, changed by the story while the runtime works. */
export const couriers = { swift: { reliability: 0.9 }, steady: { reliability: 0.7 } };

/** @param chance 0 to 1, drawn anew for each parcel */
export function deliveryBy(name: "swift" | "steady", chance: () => number) {
  const carry = agent(`carry-${name}`, {
    run: async (parcel: number) => {
      if (chance() > couriers[name].reliability) throw new Error(`parcel ${parcel} was lost`);
      return { parcel, by: name };
    },
  });
  return sequential(`deliver.${name}`, { matches: { domain: "parcels" }, steps: [carry] });
}

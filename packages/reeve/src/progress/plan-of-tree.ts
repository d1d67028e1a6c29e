/** The plan of a pattern whose code is elsewhere, from the tree that a server shows of it. */
import type { PlaceView } from "@reeve/server/contract";
import type { Place, Plan } from "./plan.ts";

export function planOfTree(tree: PlaceView): Plan {
  const places = new Map<string, Place>();
  return { root: placeOf(tree, undefined, places), places };
}

function placeOf(view: PlaceView, parent: Place | undefined, places: Map<string, Place>): Place {
  const { path, label, kind, batch, tolerant } = view;
  const place: Place = {
    path,
    label,
    kind,
    parent,
    children: [],
    batch,
    iterationsMax: view.iterationsMax ?? undefined,
    agent: view.agent ?? undefined,
    tolerant,
  };
  places.set(path, place);
  for (const child of view.children) place.children.push(placeOf(child, place, places));
  return place;
}

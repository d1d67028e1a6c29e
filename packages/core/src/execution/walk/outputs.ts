/**
 * Finds the output of the nearest completed step: the latest one inside the closest pattern around the asker.
 *
 * Each completion is noted in the room of every pattern around it. Rooms form a tree by path segments, so a look-up
 * costs one probe per level, and what lies below a path is forgotten at once.
 */
import type { Runnable } from "../../delegation/agent.ts";
import type { Path } from "../../delegation/path.ts";
import type { Reference } from "../../delegation/reference.ts";

/** What completed inside one pattern, or one item of one. */
class Room {
  readonly latest: Map<object, Reference> = new Map();
  /** By path segment; most patterns have none inside. */
  inside: Map<string, Room> | undefined;
}

export class Outputs {
  readonly #root = new Room();

  completed(node: Runnable, path: Path, output: Reference): void {
    let room = this.#root;
    for (let from = 0; ;) {
      room.latest.set(node, output);
      const end = path.indexOf("/", from);
      if (end < 0) return;
      room = roomBelow(room, path.slice(from, end));
      from = end + 1;
    }
  }

  nearest(node: object, asker: Path): Reference | undefined {
    let found: Reference | undefined;
    let room: Room | undefined = this.#root;
    for (let from = 0; room;) {
      found = room.latest.get(node) ?? found;
      const end = asker.indexOf("/", from);
      if (end < 0) return found;
      room = room.inside?.get(asker.slice(from, end));
      from = end + 1;
    }
    return found;
  }

  /** Forgets what only askers at or below `path` would find; the patterns around it keep what they noted. */
  forget(path: Path): void {
    let room: Room | undefined = this.#root;
    for (let from = 0; room;) {
      const end = path.indexOf("/", from);
      if (end < 0) {
        room.inside?.delete(path.slice(from));
        return;
      }
      room = room.inside?.get(path.slice(from, end));
      from = end + 1;
    }
  }
}

function roomBelow(room: Room, segment: string): Room {
  room.inside ??= new Map();
  let below = room.inside.get(segment);
  if (!below) room.inside.set(segment, (below = new Room()));
  return below;
}

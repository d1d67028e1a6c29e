/**
 * Where the cgroups of this process are: folders from its own up to the top of what is mounted, as each of them can set
 * a limit and the tightest one holds.
 *
 * `/proc/self/cgroup` names the group per hierarchy, `/proc/self/mountinfo` where hierarchies are mounted and which
 * part of them. In a container the two don't always fit together; then what is mounted is the container's own group.
 */
import type { ReadFile } from "./read-file.ts";

/** Folders, innermost first; empty where there is no such hierarchy. */
export interface CgroupFolders {
  /** Version 2, with all controllers in one hierarchy. */
  readonly unified: readonly string[];
  /** Version 1, one hierarchy per controller. */
  readonly cpu: readonly string[];
  readonly cpuacct: readonly string[];
  readonly memory: readonly string[];
}

interface Mount {
  /** The controllers of a version 1 hierarchy; undefined: version 2. */
  readonly controllers: readonly string[] | undefined;
  /** Which group of the hierarchy the mount point shows. */
  readonly root: string;
  readonly point: string;
}

export function findCgroupFolders(read: ReadFile): CgroupFolders {
  const groups = parseGroups(read("/proc/self/cgroup") ?? "");
  const mounts = parseMounts(read("/proc/self/mountinfo") ?? "");
  const foldersOf = (controller: string): readonly string[] => {
    const unified = controller === "";
    const mount = mounts.find(({ controllers }) =>
      unified ? controllers === undefined : controllers?.includes(controller),
    );
    const group = groups.get(controller);
    return mount === undefined || group === undefined ? [] : foldersUp(mount, group);
  };
  return {
    unified: foldersOf(""),
    cpu: foldersOf("cpu"),
    cpuacct: foldersOf("cpuacct"),
    memory: foldersOf("memory"),
  };
}

/** Lines such as `4:cpu,cpuacct:/docker/1f`, and `0::/app` for version 2, whose controller is "" here. */
function parseGroups(text: string): ReadonlyMap<string, string> {
  const groups = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, controllers, group] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || group === undefined) continue;
    for (const controller of controllers.split(",")) groups.set(controller, group);
  }
  return groups;
}

/** Lines such as `31 23 0:28 /docker/1f /sys/fs/cgroup/cpu rw shared:9 - cgroup cgroup rw,cpu`. */
function parseMounts(text: string): readonly Mount[] {
  return text.split("\n").flatMap((line): Mount[] => {
    const [place = "", filesystem = ""] = line.split(" - ");
    const [, , , root, point] = place.split(" ");
    const [kind, , options = ""] = filesystem.split(" ");
    if (root === undefined || point === undefined || (kind !== "cgroup" && kind !== "cgroup2")) return [];
    const controllers = kind === "cgroup2" ? undefined : options.split(",");
    return [{ controllers, root: unescape(root), point: unescape(point) }];
  });
}

/** Spaces and the like are written as `\040` in mountinfo. */
function unescape(path: string): string {
  return path.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function foldersUp({ root, point }: Mount, group: string): readonly string[] {
  const top = root === "/" ? "" : root;
  const inside = group === top || group.startsWith(`${top}/`) ? group.slice(top.length) : "";
  const names = inside.split("/").filter((name) => name !== "");
  // A group outside of the namespace is shown as `/../other`: of that, only what is mounted can be read.
  if (names.includes("..")) return [point];
  return names.map((_, index) => [point, ...names.slice(0, names.length - index)].join("/")).concat(point);
}

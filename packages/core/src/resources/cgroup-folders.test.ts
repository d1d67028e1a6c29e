import { describe, expect, test } from "vitest";
import { findCgroupFolders } from "./cgroup-folders.ts";

function foldersOf(group: string, mountinfo: string): ReturnType<typeof findCgroupFolders> {
  const files = new Map([
    ["/proc/self/cgroup", group],
    ["/proc/self/mountinfo", mountinfo],
  ]);
  return findCgroupFolders((path) => files.get(path));
}

const none = { unified: [], cpu: [], cpuacct: [], memory: [] };
const version2 = "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

describe("the cgroups of this process", () => {
  test("version 2 on a machine with systemd: from the unit's group up to the top", () => {
    expect(foldersOf("0::/system.slice/shop.service\n", version2)).toEqual({
      ...none,
      unified: ["/sys/fs/cgroup/system.slice/shop.service", "/sys/fs/cgroup/system.slice", "/sys/fs/cgroup"],
    });
  });

  test("a container with a cgroup namespace sees its own group as the top", () => {
    expect(foldersOf("0::/\n", version2).unified).toEqual(["/sys/fs/cgroup"]);
  });

  test("version 1 in a container without a namespace: the mount shows the container's group only", () => {
    const mounts =
      "35 31 0:30 /docker/1f /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n" +
      "36 31 0:31 /docker/1f /sys/fs/cgroup/memory ro master:3 - cgroup cgroup rw,memory\n";
    expect(foldersOf("5:memory:/docker/1f/job\n4:cpu,cpuacct:/docker/1f\n", mounts)).toEqual({
      unified: [],
      cpu: ["/sys/fs/cgroup/cpu,cpuacct"],
      cpuacct: ["/sys/fs/cgroup/cpu,cpuacct"],
      memory: ["/sys/fs/cgroup/memory/job", "/sys/fs/cgroup/memory"],
    });
  });

  test("a group that is not below what is mounted is looked for at the mount point", () => {
    const mount = "35 31 0:30 /docker/1f /sys/fs/cgroup ro - cgroup2 cgroup rw\n";
    expect(foldersOf("0::/docker/1f0\n", mount).unified).toEqual(["/sys/fs/cgroup"]);
    expect(foldersOf("0::/../other\n", version2).unified).toEqual(["/sys/fs/cgroup"]);
  });

  test("both versions at once, odd names, and other mounts in between", () => {
    const mounts =
      "20 1 0:5 / /proc rw - proc proc rw\n" +
      "35 31 0:30 / /sys/fs/cgroup/cpu\\040time rw - cgroup cgroup rw,cpu\n" +
      "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
    expect(foldersOf("9:name=systemd:/\n1:cpu:/a:b\n0::/x\n", mounts)).toEqual({
      ...none,
      unified: ["/sys/fs/cgroup/unified/x", "/sys/fs/cgroup/unified"],
      cpu: ["/sys/fs/cgroup/cpu time/a:b", "/sys/fs/cgroup/cpu time"],
    });
  });

  test("a system without cgroups has none", () => {
    expect(findCgroupFolders(() => undefined)).toEqual(none);
    expect(foldersOf("", "")).toEqual(none);
  });
});

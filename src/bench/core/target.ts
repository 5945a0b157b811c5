import { Fault } from "../../base/fault.ts";
import { size } from "../../base/units.ts";
import type { DeviceFacts, DirectoryFacts, Use } from "./target-facts.ts";

const BY_ID = "/dev/disk/by-id/";
/** Of a file system that is filled to the brim one measures the brim. */
const ROOM = 1.05;
const MOST_NAMED = 12;

export type DirectoryWish = {
  readonly host: string;
  readonly directory: string;
  readonly needsBytes: number;
  readonly anyFileSystem: boolean;
};
export type DeviceWish = {
  readonly host: string;
  readonly device: string; // as it was typed
  readonly writes: boolean;
  readonly agreed: boolean;
  readonly overwrite: string | undefined; // the device, typed again
};

const MEMORY = "its files are in memory, so no disk is measured";
const LAYERS = "it is a container's or a live system's layers, whose first write copies the whole file";
const NETWORK = "its disks are another machine's, so the network is measured as well";
/** File systems that do not show the disk below them. */
const ODD: Readonly<Record<string, string>> = {
  tmpfs: MEMORY,
  ramfs: MEMORY,
  overlay: LAYERS,
  aufs: LAYERS,
  nfs: NETWORK,
  nfs4: NETWORK,
  cifs: NETWORK,
  smb3: NETWORK,
  "9p": NETWORK,
  virtiofs: NETWORK,
  ceph: NETWORK,
  glusterfs: NETWORK,
  "fuse.sshfs": NETWORK,
};

/** Why a bench must not put its files there; nothing when it may. */
export function judgeDirectory(facts: DirectoryFacts, wish: DirectoryWish): Fault | undefined {
  const { host, directory, needsBytes } = wish;
  const unfit = (why: string) => new Fault("bench.directory-unfit", { directory, host, why });
  if (facts.is === "nothing") return unfit("there is none");
  if (facts.is === "other") return unfit("it is no directory");
  if (facts.readOnly) return unfit("its file system is mounted read-only");
  if (!facts.writable) return unfit("this user may not write there");
  const why = Object.hasOwn(ODD, facts.fileSystem) ? ODD[facts.fileSystem] : undefined;
  if (why !== undefined && !wish.anyFileSystem) {
    return new Fault("bench.directory-odd", { directory, host, kind: facts.fileSystem, why });
  }
  if (Number.isNaN(facts.freeBytes)) return unfit("how much is free there was not told");
  if (facts.freeBytes >= needsBytes * ROOM) return undefined;
  return unfit(
    `${size(facts.freeBytes)} are free, and the job's ${size(needsBytes)} want 5 % more than themselves`,
  );
}

/** Where a host looks for what was typed: a bare word is an id. */
export const devicePath = (typed: string): string => (typed.includes("/") ? typed : BY_ID + typed);

/** Why a bench must not use that device; nothing when it may, for this very job. */
export function judgeDevice(facts: DeviceFacts, wish: DeviceWish): Fault | undefined {
  const device = devicePath(wish.device);
  const { host } = wish;
  const offered = (node?: string) => {
    const ids = facts.known.filter((one) => node === undefined || one.node === node).map((one) => one.id);
    const more = ids.length > MOST_NAMED ? `, and ${ids.length - MOST_NAMED} more` : "";
    return ids.length === 0 ? "none" : ids.slice(0, MOST_NAMED).join(", ") + more;
  };
  if (facts.is === "nothing") return new Fault("bench.device-missing", { device, host, ids: offered() });
  if (!/^\/dev\/disk\/by-id\/[^/]+$/.test(device)) {
    return new Fault("bench.device-not-by-id", { device, host, ids: offered(facts.node) });
  }
  if (facts.is === "other") return new Fault("bench.device-not-block", { device, host });
  return inUse(facts, device, host) ?? (wish.writes ? notToWrite(facts, wish, device) : undefined);
}

/** What it is, for people who must recognise it: `/dev/sdb, 500.1 GB, Samsung SSD 870`. */
export const describeDevice = ({ node, bytes, model }: DeviceFacts): string =>
  [node, size(bytes), model].filter((part) => part !== "").join(", ");

function inUse(facts: DeviceFacts, device: string, host: string): Fault | undefined {
  const what = describeDevice(facts);
  if (facts.uses.length > 0) {
    const uses = [...new Set(facts.uses.map((use) => SAYS[use.how](use)))].join("; ");
    const ways = [...new Set(facts.uses.map((use) => ENDS[use.how](use)))].join("; ");
    return new Fault("bench.device-in-use", { device, what, host, uses, ways });
  }
  if (facts.exclusive.is === "busy") {
    const uses = "the kernel refuses to open it for one alone, and does not tell for whom";
    const ways = `\`lsblk ${facts.node}\`, \`zpool status\` and \`targetcli ls\` may show it`;
    return new Fault("bench.device-in-use", { device, what, host, uses, ways });
  }
  if (facts.exclusive.is === "yes") return undefined;
  if (facts.readOnly) return new Fault("bench.device-read-only", { device, what, host });
  const why = `it could not be opened (${facts.exclusive.why})`;
  return new Fault("bench.target-not-known", { target: device, host, why });
}

const SAYS: Readonly<Record<Use["how"], (use: Use) => string>> = {
  mounted: ({ part, by }) => `${part} is mounted at ${by}`,
  swap: ({ part }) => `${part} is swap space`,
  held: ({ part, by }) => `${part} is a part of ${by}`,
  loop: ({ part, by }) => `the loop device ${by} lies on ${part}`,
  btrfs: ({ part, by }) => `${part} belongs to the mounted btrfs ${by}`,
  open: ({ part, by }) => `${part} is open in process ${by.replace(",", " (")})`,
};
const ENDS: Readonly<Record<Use["how"], (use: Use) => string>> = {
  mounted: ({ by }) => `\`umount ${by}\``,
  swap: ({ by }) => `\`swapoff ${by}\``,
  held: ({ by }) =>
    /^md\d/.test(by) ? `\`mdadm --stop /dev/${by}\`` : `\`vgchange -an\` or \`dmsetup remove ${by}\``,
  loop: ({ by }) => `\`losetup -d /dev/${by}\``,
  btrfs: ({ by }) => `\`umount\` what \`findmnt -t btrfs\` shows of ${by}`,
  open: () => "stop that program",
};

function notToWrite(facts: DeviceFacts, wish: DeviceWish, device: string): Fault | undefined {
  const what = describeDevice(facts);
  const { host } = wish;
  if (facts.readOnly) return new Fault("bench.device-read-only", { device, what, host });
  if (facts.unread !== undefined) {
    return new Fault("bench.target-not-known", { target: device, host, why: facts.unread });
  }
  const again = wish.overwrite !== undefined && devicePath(wish.overwrite) === device;
  if (facts.signatures.length > 0 && !again) {
    const signatures = facts.signatures.join(", ");
    return new Fault("bench.device-not-empty", { device, what, host, signatures });
  }
  return wish.agreed ? undefined : new Fault("bench.device-not-agreed", { device, what, host });
}

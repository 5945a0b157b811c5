import type { TimelineEvent } from "../../src/api/shapes.ts";
import { tellChecks } from "./checked-hosts.ts";
import { FIRMWARE_WORDS, languageDialog } from "./newt-screen.ts";
import { pretendInventory } from "./pretend-inventory.ts";
import { type PretendService, pretendImage, pretendMachine } from "./pretend-service.ts";

type Told = readonly [kind: TimelineEvent["kind"], says: string, detail?: Record<string, unknown>];

const FIRST: readonly Told[] = [
  [
    "plan.armed",
    "anna armed the Debian 12 installer for m1, once.",
    { plan: "installer", image: "debian-12" },
  ],
  ["boot-device.set", "The BMC boots m1 from the network once; read back and confirmed.", { device: "pxe" }],
  ["power.acted", "The BMC was told: power cycle.", { act: "cycle" }],
  ["console.attached", "Serial-over-LAN is up, the recording runs.", { path: "m1-20260302-031400.cast" }],
  ["console.sighting", "The network boot ROM started.", { sighting: "pxe-rom" }],
  ["ra.answered", "A router solicitation was answered: no router, do not wait.", {}],
];
const LEASE = { address: "10.77.0.10", xid: "0x5b1f2c88", vendor: "PXEClient:Arch:00000:UNDI:002001" };
const LAST: readonly Told[] = [
  ["http.ended", "boot.ipxe was sent over HTTP: 812 B in 2 ms.", { path: "/m1/boot.ipxe", bytes: 812 }],
  ["plan.used", "m1 took its boot plan; the next boot is from disk.", { plan: "installer" }],
  ["http.ended", "linux was sent over HTTP: 8.2 MB in 0.4 s.", { path: "/m1/linux", bytes: 8_195_072 }],
  ["http.refused", "/m1/splash.png was refused: it is not in the image. This is normal.", { status: 404 }],
  [
    "http.ended",
    "initrd.gz was sent over HTTP: 32.1 MB in 0.9 s.",
    { path: "/m1/initrd.gz", bytes: 32_104_448 },
  ],
  ["console.sighting", "Linux 6.1.0-28-amd64 started.", { sighting: "kernel-started", after: "4.1 s" }],
  ["console.writer", "anna took the keyboard.", { who: "anna" }],
  [
    "dhcp.silent",
    "Not answered: 02:00:5e:00:53:07 has no boot plan; it is not on record.",
    { mac: "02:00:5e:00:53:07" },
  ],
  ["fault", "The BMC of m1 at 10.77.0.2 does not answer.", { id: "bmc.unreachable" }],
  ["console.sighting", 'The installer asks: "Select a language"', { sighting: "installer-dialog" }],
];

/** A night with something of everything, for the pictures. */
export function tellNight(service: PretendService, now: number): void {
  service.segments.push(...networks(now));
  service.stories.push(...installs(now));
  tellChecks(service, now);
  service.inventories.set("m1", pretendInventory(now - 3 * 86_400_000));
  service.discovers([stranger(now)]);
  const minute = 60_000;
  const state = (word: string, ago: number, waits: string | null) => ({
    word,
    since: now - ago * minute,
    waits,
  });
  const plan = {
    id: 1,
    kind: "installer",
    image: "debian-12",
    state: "used",
    by: "anna",
    at: now - 5 * minute,
  } as const;
  const dialog = state("installer", 4, 'an answer to "Select a language"');
  service.images.push({
    ...pretendImage("debian-13", "13", "trixie", "6.12.48+deb13-amd64"),
    check: skewed(now),
  });
  service.machine(pretendMachine({ plan, state: dialog, labels: { rack: "3", role: "db" } }));
  service.machine(
    pretendMachine({ name: "m2", state: state("up", 60 * 49, null), macs: ["52:54:00:12:34:57"] }),
  );
  service.machine(
    pretendMachine({
      name: "m10",
      power: "off",
      state: state("off", 200, null),
      plan: { ...plan, state: "armed", image: "debian-13" },
    }),
  );
  service.machine(
    pretendMachine({ name: "db-3", state: state("panic", 0.4, "a person: read the console, then reset") }),
  );
  service.machine(
    pretendMachine({
      name: "web-1",
      state: state("network boot", 0.1, "its boot files"),
      declared: { by: "file", name: "/srv/machines.toml" },
    }),
  );
  service.machine(
    pretendMachine({
      name: "rack7-left",
      segment: "hall-2",
      attended: false,
      power: "unknown",
      bmc: null,
      state: { word: "unknown", since: null, waits: null },
    }),
  );
  let at = now - 4.5 * minute;
  const tell = ([kind, says, detail = {}]: Told, after = 700) => {
    at += after;
    service.event({ at, kind, machine: "m1", mac: "52:54:00:12:34:56", says, detail });
  };
  for (const told of FIRST) tell(told, 900);
  for (let n = 1; n <= 3; n += 1) {
    tell(["dhcp.heard", `DHCPDISCOVER number ${n} from 52:54:00:12:34:56 (iPXE, BIOS).`, LEASE], 400);
    tell(["dhcp.answered", `Offered 10.77.0.${9 + n} and boot.ipxe.`, LEASE], 4);
  }
  for (let block = 1; block <= 41; block += 1)
    tell(["tftp.ended", `Block ${block} of undionly.kpxe was resent: no ACK within 1 s.`, { block }], 12);
  for (const told of LAST) tell(told, 1300);
  service.console("m1").say(FIRMWARE_WORDS + languageDialog());
}

const networks = (now: number): PretendService["segments"] => [
  {
    segment: {
      ...{ name: "rack-a", mode: "dhcp", interface: "eth1", subnet: "10.0.0.1/24", agent: "moonbase" },
      ...{ heardAt: now, leases: 2, room: { size: 100, free: 97, aside: 1 } },
      findings: [
        {
          ...{ id: "other-server", servers: ["10.0.0.77"], since: now - 7 * 60_000 },
          says: "10.0.0.77 answers DHCP on rack-a too, and is not expected there.",
          remedy: 'Turn it off, or name it in the settings: other-servers = ["10.0.0.77"].',
        },
      ],
    },
    leases: [
      { address: "10.0.0.100", mac: "52:54:00:12:34:56", machine: "m1", until: now + 3_500_000, known: true },
      { address: "10.0.0.101", mac: "52:54:00:aa:00:01", machine: null, until: now - 60_000, known: false },
    ],
  },
  {
    segment: {
      ...{ name: "rack-b", mode: "proxy", interface: "eth2", subnet: "10.1.0.1/24", agent: null },
      ...{ heardAt: now - 600_000, leases: 0, room: null, findings: [] },
    },
    leases: [],
  },
];

const installs = (now: number): PretendService["stories"] => [
  {
    ...{ id: 12, kind: "install", machine: "m1", by: "anna", at: now - 5 * 60_000 },
    subject: { image: "debian-12", method: "installer" },
    ...{ state: "open", says: 'the installer asks: "Select a language"', endedAt: null },
    progress: { step: 3, of: 4, percent: 8, says: 'the installer shows "Select a language"' },
    entries: [
      { seq: 1, at: now - 4.4 * 60_000, act: "boot", says: "the BMC's session was refused", fine: false },
      {
        seq: 2,
        at: now - 4.2 * 60_000,
        act: "boot",
        says: "power-cycled, booting from the network",
        fine: true,
      },
      { seq: 3, at: now - 4 * 60_000, act: "see the installer", says: "it is there", fine: true },
    ],
  },
  {
    ...{ id: 11, kind: "install", machine: "m2", by: "anna", at: now - 90 * 60_000 },
    subject: { image: "debian-13", method: "installer" },
    ...{ state: "failed", endedAt: now - 60 * 60_000 },
    says: 'see the login prompt: failed: The installer shows an error: "Download installer components"',
    entries: [
      { seq: 1, at: now - 89 * 60_000, act: "boot", says: "power-cycled", fine: true },
      {
        ...{ seq: 2, at: now - 60 * 60_000, act: "see the login prompt", fine: false },
        says: 'The installer shows an error: "Download installer components"',
      },
    ],
  },
  {
    ...{ id: 10, kind: "wipe", machine: "m10", by: "ben", at: now - 40 * 60_000, endedAt: null },
    subject: { disks: ["S3Z8NX0K512345"], method: "auto", readBack: "sample", now: false },
    ...{ state: "open", says: "not begun" },
    progress: { step: 1, of: 3, percent: null, says: "it waits until m10 asks the network" },
    entries: [],
  },
  {
    ...{ id: 9, kind: "rescue", machine: "m2", by: "anna", at: now - 180 * 60_000 },
    subject: { key: "ssh-ed25519 AAAA anna", now: true },
    ...{ state: "failed", endedAt: now - 170 * 60_000, says: "see the live hand: it did not come" },
    entries: [{ seq: 1, at: now - 179 * 60_000, act: "boot", says: "power-cycled", fine: true }],
  },
];

const stranger = (now: number) => ({
  ...{ mac: "0c:c4:7a:7c:28:40", segment: "rack-a", firmware: "uefi-x64", vendor: "Super Micro Computer" },
  ...{ uuid: "49434d53-0200-9033-2500-33902500c9d8", firstSeen: now - 900_000, lastSeen: now - 60_000 },
  event: {
    ...{ id: 1, at: now - 60_000, machine: null, mac: "0c:c4:7a:7c:28:40", detail: {} },
    ...{ kind: "dhcp.heard" as const, says: "0c:c4:7a:7c:28:40 asks for an address (UEFI x64)." },
  },
});

const skewed = (now: number) => ({
  ...{ at: now - 3_600_000, overall: "fail" as const },
  findings: [
    {
      ...{ id: "skew", is: "fail" as const },
      says: "The mirror has no kernel modules for 6.12.48+deb13-amd64 any more; the installer would stop at its dialog.",
      remedy: "Run `rackhand image pull debian-13`.",
    },
  ],
});

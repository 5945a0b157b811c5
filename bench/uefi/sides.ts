import { join } from "node:path";
import { createInterface } from "node:readline";
import { Stack } from "../../src/main/stack.ts";
import { BOOTS } from "../../test/firmware/cells.ts";
import { type FirmwareId, qemuArgv } from "../../test/firmware/firmwares.ts";
import { PLACES } from "../../test/firmware/places.ts";
import { MAC, NAME, putOnRecord, serve } from "../../test/firmware/serving.ts";
import { freshState } from "../../test/firmware/starting.ts";
import { watch } from "../../test/firmware/watching.ts";
import { openTwoSpaces, type TwoSpaces } from "../../test/support/two-spaces.ts";
import type { DnsmasqTrees } from "./dnsmasq-trees.ts";

/** What a boot passes, seconds after power-on; a side that does not tell a stage lacks it. */
export const STAGES = {
  firstDhcp: "first DHCP packet",
  loaderLoaded: "loader loaded",
  initrdLoaded: "initrd loaded",
  linuxVersion: '"Linux version"',
} as const;
export type Stage = keyof typeof STAGES;
export type Boot = Partial<Record<Stage, number>>;

export const SIDES = {
  rackhand: { says: "Rackhand, shim and GRUB by TFTP", run: rackhand("uefi") },
  http: { says: "Rackhand, UEFI HTTP Boot", run: rackhand("uefi-http") },
  ipxe: { says: "Rackhand, iPXE chainloaded", run: rackhand("uefi-chain") },
  dnsmasq: { says: "dnsmasq, shim and GRUB by TFTP", run: dnsmasq("edited") },
  dnsmasqOurs: { says: "the same, with Rackhand's menu", run: dnsmasq("rendered") },
} as const satisfies Record<string, { says: string; run: Side }>;
export type SideName = keyof typeof SIDES;

export type Needs = {
  readonly trees: DnsmasqTrees;
  readonly image: "debian-13";
  readonly stopped: AbortSignal;
};
type At = { readonly spaces: TwoSpaces; readonly opened: Stack; readonly stopped: AbortSignal };
type Side = (needs: Needs) => Promise<Boot>;
const BOOTS_WITHIN_MS = 240_000;

function rackhand(firmware: FirmwareId): Side {
  return ({ image, stopped }) =>
    inSpaces(async (spaces, opened) => {
      const { state, forget } = freshState();
      opened.add(forget, (end) => end());
      await PLACES.own.lay(spaces);
      const serving = await serve(spaces, { state, place: PLACES.own, image });
      await putOnRecord(serving, { add: BOOTS[firmware].add, armed: true, image });
      const { powerOn, linuxVersion } = await powerOnUntilLinux(spaces, opened, firmware, stopped);
      const boot: Boot = linuxVersion === undefined ? {} : { linuxVersion };
      for (const { kind, at, detail } of await serving.timeline()) {
        const seconds = (at - powerOn) / 1000;
        if (seconds < 0) continue;
        if (kind === "dhcp.heard") boot.firstDhcp ??= seconds;
        if (!/^(tftp|http)\.ended$/.test(kind) || !String(detail.outcome).startsWith("whole")) continue;
        const file = String(detail.file);
        if (/(grubx64|snponly)\.efi$/.test(file)) boot.loaderLoaded ??= seconds;
        if (file.endsWith("/initrd.gz")) boot.initrdLoaded ??= seconds;
      }
      return boot;
    });
}

/** As an administrator would set it up for Debian's netboot tree and UEFI. */
function dnsmasq(tree: keyof DnsmasqTrees): Side {
  return ({ trees, stopped }) =>
    inSpaces((spaces, opened) => bootByDnsmasq(trees[tree], { spaces, opened, stopped }));
}

async function bootByDnsmasq(tree: string, { spaces, opened, stopped }: At): Promise<Boot> {
  await PLACES.own.lay(spaces);
  const leases = `--dhcp-leasefile=${join(spaces.desk, "leases")}`;
  const server = await spaces.stays(
    "server",
    [
      ...["dnsmasq", "-d", "--conf-file=/dev/null", "--port=0", "--interface=s0", "--bind-interfaces"],
      ...["--user=root", "--dhcp-range=10.9.0.100,10.9.0.150,1h", "--log-dhcp", leases],
      ...["--dhcp-boot=debian-installer/amd64/bootnetx64.efi", "--dhcp-no-override"],
      ...["--enable-tftp", `--tftp-root=${tree}`],
    ],
    "TFTP root is",
  );
  const told: { line: string; at: number }[] = [];
  createInterface({ input: server.stderr! }).on("line", (line) => told.push({ line, at: Date.now() }));
  const { powerOn, linuxVersion } = await powerOnUntilLinux(spaces, opened, "uefi", stopped);
  const after = (words: RegExp): number | undefined => {
    const at = told.find(({ line }) => words.test(line))?.at;
    return at === undefined ? undefined : (at - powerOn) / 1000;
  };
  return seenOnly({
    firstDhcp: after(/ available DHCP range: /), // before it pings the address
    loaderLoaded: after(/ sent \S+\/grubx64\.efi to /),
    initrdLoaded: after(/ sent \S+\/initrd\.gz to /),
    linuxVersion,
  });
}

const seenOnly = (marks: Record<Stage, number | undefined>): Boot =>
  Object.fromEntries(Object.entries(marks).filter(([, at]) => at !== undefined));

async function inSpaces(run: (spaces: TwoSpaces, opened: Stack) => Promise<Boot>): Promise<Boot> {
  const opened = new Stack();
  try {
    return await run(
      opened.add(await openTwoSpaces(), (open) => open.close()),
      opened,
    );
  } finally {
    await opened.stop();
  }
}

async function powerOnUntilLinux(
  spaces: TwoSpaces,
  opened: Stack,
  firmware: FirmwareId,
  stopped: AbortSignal,
) {
  const at = { desk: spaces.desk, mac: MAC, tap: "t0", serial: "stdio" };
  const powerOn = Date.now();
  const qemu = spaces.begin("client", qemuArgv(firmware, at));
  opened.add(qemu, (on) => void on.kill("SIGKILL"));
  const watching = opened.add(watch(NAME, qemu, spaces.desk), (on) => on.stop());
  const done = () => watching.missing([{ seen: "kernel-started" }]).length === 0;
  await watching.until(done, BOOTS_WITHIN_MS, stopped);
  return { powerOn, linuxVersion: done() ? (Date.now() - powerOn) / 1000 : undefined };
}

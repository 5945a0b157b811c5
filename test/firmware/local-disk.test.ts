import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { VIRTUAL_SERIAL } from "../../src/base/serial-profile.ts";
import { renderTree } from "../../src/image/core/render-tree.ts";
import { loadMenus } from "../../src/image/load-menus.ts";
import { openTree } from "../../src/image/tree.ts";
import { type BootNet, isRoot, openBootNet } from "../interop/boot-net.ts";
import { bridge } from "../interop/guest.ts";
import { missingFor, qemuArgv } from "./firmwares.ts";

const TREE = "/usr/lib/debian-installer/images/12/amd64/text";
const MARKER = "the local disk says hello";
const lacks = [
  ...missingFor("bios-ipxe"),
  ...missingFor("uefi"),
  ...[TREE].filter((path) => !existsSync(path)),
];
const able = isRoot && lacks.length === 0;
const excuse = able ? "" : ` (skipped: needs root and ${lacks.join(", ") || "nothing else"})`;

let net: BootNet | undefined;
afterEach(async () => {
  await net?.close();
  net = undefined;
}, 60_000);

/** A disk for BIOS: its first sector says the marker on the serial port, and halts. */
function biosDisk(desk: string): string {
  const code = "31c0 8ed8 fc be1a7c baf803 ac 84c0 7403 ee ebf8 f4 ebfd".replaceAll(" ", "");
  const sector = Buffer.alloc(512);
  sector.write(code, "hex");
  sector.write(`${MARKER}\0`, 0x1a, "latin1");
  sector.writeUInt16LE(0xaa55, 510);
  const file = join(desk, "disk");
  writeFileSync(file, Buffer.concat([sector, Buffer.alloc(1 << 20)]));
  return file;
}

/** A disk for UEFI, which QEMU makes of a folder: GRUB stands where firmware looks, and says the marker. */
function uefiDisk(desk: string): string {
  const folder = mkdtempSync(join(desk, "esp-"));
  const put = (path: string, bytes: Uint8Array | string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  };
  put("EFI/BOOT/BOOTX64.EFI", readFileSync(join(TREE, "debian-installer/amd64/grubx64.efi")));
  const says = `serial --unit=0 --speed=115200\nterminal_output serial\necho "${MARKER}"\nsleep 600\n`;
  put("debian-installer/amd64/grub/grub.cfg", says);
  return `fat:rw:${folder}`;
}

/** Debian's tree as a machine gets it whose boot plan is its local disk. */
async function serveLocal(tree: string): Promise<void> {
  const isLoader = (path: string) => !/(\/linux|\/initrd\.gz)$/.test(path);
  cpSync(TREE, tree, { recursive: true, dereference: true, filter: isLoader });
  const wish = { serial: VIRTUAL_SERIAL, choice: { local: true }, base: "http://10.9.0.1/" } as const;
  for (const [path, bytes] of renderTree(await loadMenus(await openTree(TREE)), wish)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), bytes);
  }
}

const CHAIN = "#!ipxe\nchain tftp://10.9.0.1/pxelinux.0\n";

test.skipIf(!able).each([
  ["iPXE on BIOS", "bios-ipxe", biosDisk, undefined],
  ["PXELINUX on BIOS", "bios-ipxe", biosDisk, CHAIN],
  ["GRUB on UEFI", "uefi", uefiDisk, undefined],
] as const)(
  `sent to its local disk, a machine with %s starts it${excuse}`,
  { timeout: 180_000 },
  async (_, firmware, diskIn, menu) => {
    net = await openBootNet();
    const { desk, tree, client, stays } = net;
    await serveLocal(tree);
    if (menu !== undefined) writeFileSync(join(tree, "menu.ipxe"), menu);
    await bridge({ client }, "10.9.0.2/24");
    const serial = join(desk, "serial.log");
    const argv = qemuArgv(firmware, { desk, mac: "52:54:00:aa:bb:02", tap: "t0", serial: `file:${serial}` });
    const disk = ["-drive", `if=none,id=d0,format=raw,file=${diskIn(desk)}`];

    await stays(
      "client",
      [
        "sh",
        "-c",
        'echo up; exec "$@"',
        "sh",
        ...argv,
        ...disk,
        "-device",
        "virtio-blk-pci,drive=d0,bootindex=2",
      ],
      "up",
    );

    const said = () => (existsSync(serial) ? readFileSync(serial, "latin1") : "");
    await expect.poll(said, { timeout: 150_000, interval: 200 }).toContain(MARKER);
    const loaded = menu === undefined && firmware === "bios-ipxe" ? "menu.ipxe" : "/";
    expect(net.events.some(({ kind, says }) => kind.endsWith(".ended") && says.includes(loaded))).toBe(true);
  },
);

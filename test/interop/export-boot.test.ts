import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { serialName } from "../../src/base/serial-profile.ts";
import { ipmitool } from "../../src/bmc/ipmitool.ts";
import { exportTo } from "../../src/main/export.ts";
import { lowerRack, raiseRack } from "../../src/rack/rack.ts";
import { listen } from "../conformance/bmc.ts";
import { armedFor } from "../support/armed-machine.ts";
import { RACK_ENTRY } from "./rack-entry-argv.ts";

const IMAGE = "/usr/lib/debian-installer/images/12/amd64/text";
let state: string;
afterEach(async () => {
  await lowerRack(state);
  rmSync(state, { recursive: true });
});

test.each([
  ["bios", "auto", "by iPXE"],
  ["bios", "pxelinux", "by PXELINUX"],
  ["uefi", "auto", "by iPXE"],
] as const)(
  "dnsmasq with the export boots a %s machine of loader %s to the installer's kernel, %s",
  { timeout: 300_000 },
  async (firmware, loader) => {
    state = mkdtempSync(join(tmpdir(), "export-boot-"));
    const rack = await raiseRack({
      ...{ state, machines: 1, firmware, accel: "tcg", entry: RACK_ENTRY, log: () => {} },
    });
    const { name, mac, serial, bmc: at } = rack.machines[0]!;
    const armed = armedFor({ name, mac, serial: serialName(serial), image: IMAGE });
    const { segment } = rack;
    const out = join(state, "exported");
    await exportTo(
      {
        ...{ server: "dnsmasq", interface: segment.interface, subnet: segment.address, out },
        pool: `${segment.pool.first}-${segment.pool.last}`,
        ...{ address: undefined, routers: [], nameServers: [], reserve: [] },
        machines: [{ ...armed, loader, redirected: true }],
      },
      state,
    );
    const ours = [`--dhcp-leasefile=${join(state, "leases")}`, "--pid-file=", "--user=root"];
    const dnsmasq = rack.run(["dnsmasq", "-d", `--conf-file=${join(out, "dnsmasq.conf")}`, ...ours]);
    let said = "";
    dnsmasq.stderr!.on("data", (bytes: Buffer) => {
      said += bytes.toString();
    });
    await expect.poll(() => said, { timeout: 10_000 }).toContain("IP range");
    const bmc = ipmitool({ machine: name, ...at }, { start: rack.run });
    const { session, heard } = await listen(bmc);
    await bmc.bootOnce("pxe", { efi: firmware === "uefi" });

    await bmc.act("on");

    await expect.poll(heard.text, { timeout: 240_000 }).toContain("Linux version");
    const file = loader === "pxelinux" ? "pxelinux.0" : "menu.ipxe";
    expect(said).toContain(`/machines/${name}/${file} to 10.77.0.1`);
    expect(said).toContain(`/machines/${name}/debian-installer/amd64/initrd.gz to 10.77.0.1`);
    await session.close();
  },
);

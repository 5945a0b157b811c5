import type { BmcReport } from "../../src/api/bmc-shapes.ts";

/** What a BMC of a server in a rack tells, in the driver's shape. */
export const bmcTells: Omit<Required<BmcReport>, "speaks"> = {
  controller: { maker: "Supermicro", product: "X9SCL", firmware: "3.52" },
  console: { ways: [{ by: "sol", isOn: true }], baud: 115_200 },
  sensors: [
    { name: "CPU Temp", is: "ok", reads: "41 degrees C" },
    { name: "System Temp", is: "ok", reads: "29 degrees C" },
    { name: "FAN 1", is: "critical", reads: "0 RPM" },
    { name: "FAN 2", is: "ok", reads: "4350 RPM" },
    { name: "+12 V", is: "ok", reads: "12.19 Volts" },
    { name: "VBAT", is: "warning", reads: "2.78 Volts" },
    { name: "PS Status", is: "absent", reads: "no reading" },
  ],
  log: [
    { id: "1", at: "02/11/2026 22:10:31", says: "Power Unit #0xff | AC lost | Asserted" },
    { id: "2", at: "02/11/2026 22:12:02", says: "Fan FAN 1 | Lower Critical going low | Asserted" },
  ],
  parts: [
    { name: "Builtin FRU Device", fields: { "Board Mfg": "Supermicro", "Board Serial": "ZM13BS012345" } },
    { name: "PSU 1", fields: { "Product Name": "PWS-351-1H", "Product Serial": "P351A0D1234" } },
  ],
  users: [{ id: "2", name: "ADMIN", isOn: true, role: "ADMINISTRATOR" }],
  findings: [
    {
      ...{ id: "default-password", is: "fail" },
      says: "The user ADMIN still has the password it was delivered with.",
      remedy: "`rackhand machine secure NAME` sets a random one for our user; set the others in the BMC.",
    },
  ],
};

import { object } from "@optique/core/constructs";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
import { READ_BACKS, WIPE_METHODS } from "../../api/choices.ts";
import { CARD_COLUMNS, cardCells, DISK_COLUMNS, diskCells, machineWords } from "../../api/inventory-words.ts";
import type { Inventory, Story } from "../../api/shapes.ts";
import { json, machineName, says } from "../common.ts";
import { dayOf } from "../lines.ts";
import { watched } from "../story-lines.ts";
import { columns, fields } from "../table.ts";
import { verb } from "../verb.ts";
import type { World } from "../world.ts";

const now = withDefault(flag("--now", says("Boot it from the network now, through its BMC")), false);

export const machineInventory = verb({
  words: "machine inventory",
  says:
    "What a live hand found in a machine: processors, memory, disks and their health, cards; " +
    "exit 1 when a disk is failing, 2 when none has looked",
  example: "rackhand machine inventory web1",
  options: object({ name: machineName, json }),
  async act({ name, json: asJson }, { api, out, err, width }) {
    const { inventory } = await api.ask("machineInventory", { name });
    if (asJson) out(JSON.stringify({ inventory }));
    else if (inventory === null)
      err(
        `No live hand has looked into ${name}. \`rackhand boot ${name} live --now\` boots one, which looks.`,
      );
    else for (const line of inventoryLines(inventory, width)) out(line);
    if (inventory === null) return 2;
    return inventory.disks.some(({ health }) => health.is === "failing") ? 1 : 0;
  },
});

export const rescue = verb({
  words: "rescue",
  says:
    "Boot the live hand with ssh for your key alone, root, no password; it ends with the next arming. " +
    "Prints the line to type and the host key to expect",
  example: "rackhand rescue web1 --key ~/.ssh/id_ed25519.pub --now",
  options: object({
    name: machineName,
    key: optional(
      option("--key", string({ metavar: "FILE" }), says("The public key; else ~/.ssh/id_ed25519.pub")),
    ),
    now,
    json,
  }),
  async act({ name, key, now: isNow, json: asJson }, world) {
    const { api, local } = world;
    const story = await api.ask("rescue", { name, key: local.readPublicKey(key), now: isNow });
    return untilOver(world, story, { name, now: isNow, asJson });
  },
});

export const wipe = verb({
  words: "wipe",
  says:
    "Erase disks of a machine by the live hand, and read back that they are. The serial number is what you agree " +
    "to: it cannot be undone. Disks that are in use are refused",
  example: "rackhand wipe web1 S3Z8NX0K512345 --now",
  options: object({
    name: machineName,
    disks: multiple(
      argument(string({ metavar: "DISK" }), says("Its serial number; `rackhand machine inventory` has it")),
      { min: 1 },
    ),
    method: withDefault(
      option("--method", choice(WIPE_METHODS), says("How; auto is the surest that the disk can")),
      "auto" as const,
    ),
    readBack: withDefault(
      option("--read-back", choice(READ_BACKS), says("Afterwards: 256 places that were marked, or all")),
      "sample" as const,
    ),
    now,
    json,
  }),
  act: async ({ json: asJson, disks, ...asked }, world) => {
    const story = await world.api.ask("wipe", { ...asked, disks: [...disks] });
    return untilOver(world, story, { ...asked, asJson });
  },
});

type Watching = { readonly name: string; readonly now: boolean; readonly asJson: boolean };

async function untilOver(world: World, story: Story, { name, now: isNow, asJson }: Watching) {
  const { out, err } = world;
  if (!isNow)
    err(`The live hand is armed; it waits until ${name} asks the network. ctrl-C only ends the watching.`);
  const { answer, says: how, code = 0 } = await watched(world, story, asJson);
  out(asJson ? JSON.stringify(answer) : how);
  return code;
}

function inventoryLines(found: Inventory, width: number): string[] {
  const heads = (names: readonly string[]) => names.map((name) => name.toUpperCase());
  const disks = found.disks.map((disk) => [...diskCells(disk)]);
  const cards = found.nics.map((card) => [...cardCells(card)]);
  return [
    ...fields([...machineWords(found), ["read", dayOf(found.readAt)]]),
    "",
    ...(disks.length === 0 ? ["No disk."] : columns(heads(DISK_COLUMNS), disks, width)),
    "",
    ...(cards.length === 0 ? ["No network card."] : columns(heads(CARD_COLUMNS), cards, width)),
  ];
}

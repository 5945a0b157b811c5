import { z } from "zod";
import { done, named, none, type Row } from "./row.ts";
import * as s from "./shapes.ts";

const filter = z.object({
  name: z.string().max(10_000).optional().describe("names, * and ? allowed, with commas between"),
  label: z.string().max(1000).optional().describe("such as rack=3,role!=db,spare,!old"),
  state: z.string().max(200).optional().describe("such as up,installer"),
});

/** The record of machines. */
export const INVENTORY = {
  listMachines: {
    verb: "GET",
    path: "/api/machines",
    role: "viewer",
    says: "All machines, or those that fit, each with its present state",
    takes: filter,
    gives: z.object({ machines: z.array(s.machine) }),
  },
  showMachine: {
    verb: "GET",
    path: "/api/machines/:name",
    role: "viewer",
    says: "One machine",
    takes: named,
    gives: s.machine,
  },
  addMachine: {
    verb: "POST",
    path: "/api/machines",
    role: "operator",
    says: "Put a machine on record",
    takes: s.newMachine,
    gives: s.machine,
  },
  setMachine: {
    verb: "POST",
    path: "/api/machines/:name",
    role: "operator",
    says: "Change what is on record of a machine; what is not given stays",
    takes: named.extend(s.machineChange.shape),
    gives: s.machine,
  },
  labelMachine: {
    verb: "POST",
    path: "/api/machines/:name/labels",
    role: "operator",
    says: "Put labels on a machine and take others off",
    takes: named.extend({ set: s.labels.default({}), drop: z.array(z.string()).max(100).default([]) }),
    gives: s.machine,
  },
  importMachines: {
    verb: "POST",
    path: "/api/inventory",
    role: "operator",
    says: "Make the record be as a file declares it: all or nothing; `dryRun` only tells what would change",
    mostBytes: 8 * 1024 * 1024,
    takes: z.object({
      file: z.string().min(1).max(500).describe("what the file is called, here and everywhere"),
      machines: z.array(s.declaredMachine).max(10_000),
      letGo: z.boolean().default(false).describe("it declares nothing any more; its machines stay"),
      dryRun: z.boolean().default(false),
      agreed: z
        .string()
        .optional()
        .describe("`shows` of the dry run: refused when something else would change now"),
    }),
    gives: z.object({
      changes: z.array(s.inventoryChange),
      shows: z.string().describe("stands for exactly these changes"),
      done: z.boolean(),
      lackPassword: z.array(s.name).describe("of these nobody has told the BMC's password"),
    }),
  },
  removeMachine: {
    verb: "DELETE",
    path: "/api/machines/:name",
    role: "operator",
    says: "Take a machine off the record; its timeline stays",
    takes: named,
    gives: done,
  },
  discover: {
    verb: "GET",
    path: "/api/discovered",
    role: "viewer",
    says: "Addresses that asked the network and belong to no machine on record, with their last event",
    takes: none,
    gives: z.object({
      discovered: z.array(
        z.object({
          mac: z.string(),
          event: s.event.describe("its last"),
          segment: z.string(),
          firmware: z.string().nullable().describe("bios, uefi-x64, ...; null: it did not ask as firmware"),
          vendor: z.string().nullable().describe("who made the card, where Debian's ieee-data is installed"),
          uuid: z.string().nullable().describe("as its firmware has it (option 97)"),
          firstSeen: z.number(),
          lastSeen: z.number(),
        }),
      ),
    }),
  },
  forgetDiscovered: {
    verb: "DELETE",
    path: "/api/discovered/:mac",
    role: "operator",
    says: "Forget an address until it is heard anew",
    takes: z.object({ mac: s.mac }),
    gives: done,
  },
} as const satisfies Record<string, Row>;

import type { ColumnType, Generated } from "kysely";

/** Numbers go in as numbers and come back as numbers: ids stay far below 2^53. */
type Id = Generated<number>;
type Time = ColumnType<Date, Date, Date>;
type Stored<T = Json> = ColumnType<T, string, string>;

/** What an install put on a machine's disks: when it was seen to stand, from which image, by which story. */
export type Installed = {
  readonly at: number;
  readonly image: string;
  readonly story: number;
  readonly hostKey: string | null; // where it was seen
  readonly disks: readonly string[]; // their serial numbers, where they were named
};

export type Tables = {
  machines: {
    id: Id;
    name: string;
    firmware: Firmware;
    serial: string;
    redirected: boolean;
    loader: Loader;
    segment: string;
    bmc: Stored<SealedBmc | null> | null;
    declared_by: string | null;
    declared_in: Generated<string | null>;
    labels: ColumnType<Labels, string | undefined, string>;
    installed: ColumnType<Installed | null, string | null | undefined, string | null>;
    created_at: Generated<Date>;
  };
  machine_macs: { mac: string; machine_id: number; place: number };
  boot_plans: {
    id: Id;
    machine_id: number;
    kind: PlanKind;
    image: string | null;
    preseed: string | null; // sealed
    state: "armed" | "used" | "cancelled";
    armed_by: string;
    armed_at: Generated<Date>;
    used_at: Date | null;
  };
  worked_ways: { machine_id: number; mac: string; asker: string; way: string; at: Time };
  found_in_machines: { machine_id: number; boot: string; read_at: Time; told: Stored };
  agent_runs: { agent: string; run: string; stored: Generated<number>; heard_at: Generated<Date> };
  events: {
    id: Id;
    agent: string;
    agent_run: string;
    agent_seq: number;
    at: Time;
    kind: string;
    machine: string | null;
    mac: string | null;
    says: string;
    detail: Stored<Record<string, unknown>>;
  };
  folded_events: { machine: string; kind: string; count: number; until: Time };
  forgotten_macs: { mac: string; upto: number };
  webhooks: {
    name: string;
    upto: number;
    tries: Generated<number>;
    since: Date | null;
    trouble: string | null;
    rests_until: Date | null;
    held_by: string | null;
    held_until: Date | null;
  };
  failed_webhooks: {
    name: string;
    event: number;
    alert: string;
    at: Generated<Date>;
    tries: number;
    why: string;
  };
  segments: { name: string; told: Stored<ToldSegment>; heard_at: Generated<Date> };
  leases: { segment: string; address: string; mac: string; until: Time; known: boolean };
  stories: {
    id: Id;
    kind: string;
    lane: string;
    subject: Stored;
    asked_by: string;
    asked_at: Generated<Date>;
    begun: Generated<boolean>;
    rests_until: Date | null;
    cancelled_by: string | null;
    state: Generated<StoryState>;
    says: string | null;
    ended_at: Date | null;
  };
  story_entries: { story_id: number; seq: number; at: Time; act: string; outcome: Stored };
};

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type StoryState = "open" | "done" | "failed" | "cancelled";
export type ToldSegment = {
  readonly mode: "dhcp" | "proxy";
  readonly interface: string;
  readonly subnet: string;
};
export type Firmware = "bios" | "uefi";
export type Loader = "auto" | "pxelinux" | "ipxe";
export type PlanKind = "installer" | "live" | "kernel" | "local";
export type Labels = Readonly<Record<string, string>>;
export type SealedBmc = {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly driver?: "ipmitool" | "redfish" | "smash" | "command" | undefined;
  readonly console?: "ipmitool" | "smash" | undefined;
  readonly consolePort?: number | undefined;
  readonly commands?: string | undefined;
  readonly sealed: string | null; // null: a file declared it, and nobody has told its password yet
  readonly offered?: string | undefined; // sealed: a password that the BMC may have taken since
};

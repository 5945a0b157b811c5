import type { Finding } from "./core/findings.ts";

export type PowerState = "on" | "off";
/** `soft-or-off` asks the system to shut down, and takes the power away when it did not in time. */
export type PowerAct = "on" | "off" | "cycle" | "reset" | "soft" | "soft-or-off";
/** How long a system may take to shut down; a minute when it is not said. */
export type SoftLimit = { readonly withinMs: number };
export type BootDevice = "none" | "pxe" | "http" | "disk" | "cdrom" | "bios";
export type BootOptions = { readonly efi: boolean; readonly uri?: string }; // the URI: of `http` alone
/** `other`: one that we do not set. `efi` is null where the BMC does not say. */
export type BootFound = {
  readonly device: BootDevice | "other";
  readonly lasts: "once" | "always";
  readonly efi: boolean | null;
  readonly uri?: string;
};
export type BmcAddress = {
  readonly machine: string; // whose BMC it is, for what people read
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
};

/**
 * One machine's management controller. Every driver keeps the promises of test/conformance/; what a driver
 * cannot do at all is absent, not a failure.
 */
export type Bmc = {
  readonly speaks: string;
  power(signal?: AbortSignal): Promise<PowerState>;
  /**
   * Done when the BMC reads back what was asked, at the latest after a minute. `cycle` turns on what is
   * off.
   */
  act(act: PowerAct, signal?: AbortSignal, soft?: SoftLimit): Promise<PowerState>;
  /** For the next start alone, and read back. */
  bootOnce?(device: BootDevice, options: BootOptions, signal?: AbortSignal): Promise<void>;
  /** For every start until it is set anew, and read back. */
  bootAlways?(device: BootDevice, options: BootOptions, signal?: AbortSignal): Promise<void>;
  /** What the next start is told now. */
  bootDevice?(signal?: AbortSignal): Promise<BootFound>;
  /** Resolves when the console is operational; `ended` comes once, unless it was closed by us. */
  openConsole?(on: ConsoleEars, signal?: AbortSignal): Promise<SolSession>;
  consoleOffer?(signal?: AbortSignal): Promise<ConsoleOffer>;
  sensors?(signal?: AbortSignal): Promise<readonly Sensor[]>;
  /** The newest entries of the event log, oldest first. */
  log?(signal?: AbortSignal): Promise<readonly LogEntry[]>;
  parts?(signal?: AbortSignal): Promise<readonly Part[]>;
  controller?(signal?: AbortSignal): Promise<Controller>;
  users?(signal?: AbortSignal): Promise<readonly BmcUser[]>;
  /** Of a user the BMC knows. It is said, not proven: who needs to be sure logs in with it. */
  setPassword?(user: string, password: string, signal?: AbortSignal): Promise<void>;
  /** What is unsafe about it. Tries well-known passwords, once each. */
  findings?(signal?: AbortSignal): Promise<readonly Finding[]>;
  /** A CD drive that reads an image from a URL; both are read back. */
  insertMedia?(url: string, signal?: AbortSignal): Promise<void>;
  ejectMedia?(signal?: AbortSignal): Promise<void>;
  /** Gives back what the driver holds at the BMC, such as a session. */
  close?(): Promise<void>;
};
/** What a BMC that answers more than power and console tells and takes. */
export type Upkeep = Required<
  Pick<
    Bmc,
    "consoleOffer" | "sensors" | "log" | "parts" | "controller" | "users" | "setPassword" | "findings"
  >
>;
/** A chunk is lent: its place may be used again once it was heard. */
export type ConsoleEars = { bytes(chunk: Uint8Array): void; ended(why: string): void };
export type SolSession = { write(bytes: Uint8Array): void; sendBreak(): void; close(): Promise<void> };

export type ConsoleOffer = {
  readonly ways: readonly { readonly by: string; readonly isOn: boolean; readonly port?: number }[];
  readonly baud?: number; // as the BMC's serial port is set, where it tells
};
export type Sensor = {
  readonly name: string;
  readonly is: "ok" | "warning" | "critical" | "absent" | "unknown";
  readonly reads: string; // with its unit, as the BMC words it: `40 degrees C`, `Presence detected`
};
export type LogEntry = { readonly id: string; readonly at: string; readonly says: string };
export type Part = { readonly name: string; readonly fields: Readonly<Record<string, string>> };
export type Controller = { readonly maker: string; readonly product: string; readonly firmware: string };
export type BmcUser = {
  readonly id: string;
  readonly name: string;
  readonly isOn: boolean;
  readonly role: string; // as the BMC words it: ADMINISTRATOR, ReadOnly
};

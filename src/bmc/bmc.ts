export type PowerState = "on" | "off";
export type PowerAct = "on" | "off" | "cycle" | "reset" | "soft";
export type BootDevice = "none" | "pxe" | "disk" | "cdrom" | "bios";
export type BmcAddress = {
  readonly machine: string; // whose BMC it is, for what people read
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
};

/** One machine's management controller. Every driver keeps the promises of test/conformance/bmc.ts. */
export type Bmc = {
  readonly speaks: string;
  power(signal?: AbortSignal): Promise<PowerState>;
  /**
   * Done when the BMC reads back what was asked, at the latest after a minute. `cycle` turns on what is
   * off.
   */
  act(act: PowerAct, signal?: AbortSignal): Promise<PowerState>;
  /** For the next start alone, and read back. */
  bootOnce(device: BootDevice, options: { efi: boolean }, signal?: AbortSignal): Promise<void>;
  /** Resolves when Serial-over-LAN is operational; `ended` comes once, unless it was closed by us. */
  openConsole(on: ConsoleEars, signal?: AbortSignal): Promise<SolSession>;
};
export type ConsoleEars = { bytes(chunk: Uint8Array): void; ended(why: string): void };
export type SolSession = { write(bytes: Uint8Array): void; sendBreak(): void; close(): Promise<void> };

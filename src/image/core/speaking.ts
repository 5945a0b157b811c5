import type { SerialProfile } from "../../base/serial-profile.ts";

/** How the loaders and kernels of one machine come to speak on its serial line. */
export type Speaking = {
  readonly serial: SerialProfile;
  readonly quiet: Quiet;
  /**
   * The firmware itself copies the screen to this port (SeaBIOS without a screen, a board whose console
   * redirection stays on after POST). A loader that opens the port as well has every character there twice.
   */
  readonly redirected: boolean;
};

/**
 * `quiet` stands after the separator in Debian's trees and so also goes into the installed system. It is kept
 * unless the caller drops it: what a tree says about the installed system is its owner's. With it the kernel
 * prints nothing below a warning, "Linux version" included, so whoever wants to see a boot drops it for that
 * boot.
 */
export type Quiet = "kept" | "dropped";

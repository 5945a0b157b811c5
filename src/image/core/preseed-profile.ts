/** How machines are installed: `[profiles.NAME]` of the settings, every value already held to its grammar there. */
export type PreseedProfile = {
  readonly network:
    | { readonly by: "dhcp" }
    | {
        readonly by: "static";
        readonly addresses: Readonly<Record<string, string>>; // of each machine: 10.0.0.7/24
        readonly gateway: string;
        readonly nameServers: readonly string[];
      };
  readonly domain: string;
  readonly mirror: string | undefined; // URL; else the segment's own, else Debian's
  readonly disk: {
    readonly layout: "regular" | "lvm";
    readonly recipe: "atomic" | "home" | "multi";
    readonly filesystem: "ext4" | "xfs";
  };
  readonly root: Login;
  readonly user: (Login & { readonly name: string; readonly sudo: boolean }) | undefined;
  readonly timeZone: string;
  readonly locale: string;
  readonly keymap: string;
  readonly packages: readonly string[];
  readonly lateCommands: readonly string[];
};
export type Login = {
  readonly passwordHash: string | undefined; // of crypt(3); none: nobody logs in by password
  readonly sshKeys: readonly string[];
};

/** What of a rendered preseed belongs to its machine. */
export type PreseedOf = {
  readonly machine: string;
  readonly mac: string;
  readonly serial: { readonly unit: number; readonly speed: number; readonly port?: string };
  readonly suite: string;
  readonly mirror: string; // URL
};

import type { Login, PreseedProfile } from "../image/core/preseed-profile.ts";
import type { ProfileSettings } from "../settings/core/profile.ts";

/** The settings' profiles in the words of the room that makes preseeds of them. */
export const ownProfiles = (profiles: Readonly<Record<string, ProfileSettings>>) =>
  Object.fromEntries(Object.entries(profiles).map(([name, profile]) => [name, own(profile)]));

function own(profile: ProfileSettings): PreseedProfile {
  const { network, domain, mirror, disk, root, user, locale, keymap, packages } = profile;
  return {
    ...{ domain, mirror, disk, locale, keymap, packages },
    network: network.by === "dhcp" ? network : { ...network, nameServers: network["name-servers"] },
    root: login(root),
    user: user && { name: user.name, sudo: user.sudo, ...login(user) },
    timeZone: profile["time-zone"],
    lateCommands: profile["late-commands"],
  };
}

const login = (of: ProfileSettings["root"]): Login => ({
  passwordHash: of["password-hash"],
  sshKeys: of["ssh-keys"],
});

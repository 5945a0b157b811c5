import { BENCH_FAULTS } from "./bench-faults.ts";
import { BISECT_FAULTS } from "./bisect-faults.ts";
import { CHECK_FAULTS } from "./check-faults.ts";
import { INSTALL_FAULTS } from "./install-faults.ts";
import { TARGET_FAULTS } from "./target-faults.ts";

/** Every failure an operator can meet: what happened, what to do. An id is for life; docs/faults.md lists exactly these. */
export const FAULTS = {
  "setup.package-missing": {
    says: "{what} needs {missing}, which this machine lacks.",
    remedy: "Run `apt-get install {packages}` as root.",
  },
  "setup.no-namespace": {
    says: "The virtual rack cannot make a network of its own: {why}.",
    remedy:
      "Run as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1) and /dev/net/tun.",
  },
  "use.wrong": { says: "{what}", remedy: "Run `rackhand {verb} --help` for an example." },
  "settings.wrong": {
    says: "The settings in {path} are not right:\n  {wrong}",
    remedy: "Mend that; `rackhand settings check {path}` tries it, docs/operating.md has an example.",
  },
  "service.unreachable": {
    says: "No service answers at {url}.",
    remedy: "Start one with `rackhand serve`, or name another with --service URL.",
  },
  "service.port-in-use": {
    says: "{address} is taken by another program.",
    remedy: "Stop that program (`ss -lptn` names it), or choose another with --port.",
  },
  "service.failed": {
    says: "The service failed at this: {why}.",
    remedy: "Look at its log; report it with the log's last lines.",
  },
  "machine.unknown": {
    says: 'There is no machine called "{name}".',
    remedy: "`rackhand machine list` shows those there are.",
  },
  "machine.exists": {
    says: 'A machine called "{name}" or with the address {mac} is there already.',
    remedy: "Choose another name, or remove the old one with `rackhand machine remove`.",
  },
  "machine.declared": {
    says: "{name} is declared in {file}, so {what} is changed there.",
    remedy: "Change that file and run `rackhand machine import {file}`; --let-go ends its hold.",
  },
  "machine.comes-with-agent": {
    says: "{name} comes with the agent {agent}, which says anew what it is whenever it connects.",
    remedy: "Change it where the agent has it from; labels can be set here.",
  },
  "machine.file-wrong": {
    says: "The machines in {path} are not right, and nothing was taken:\n  {wrong}",
    remedy: "Mend that and import it again; docs/inventory.md has an example.",
  },
  "machine.import-clash": {
    says: "{file} was not taken, because {why}.",
    remedy: "Take it out of one of the two, then import again.",
  },
  "machine.import-stale": {
    says: "The record has changed since the differences of {file} were shown; nothing was taken.",
    remedy: "Run `rackhand machine import {file}` again and look at what would change now.",
  },
  "machine.not-discovered": {
    says: "No machine that is not on record was heard with the address {mac}.",
    remedy: "`rackhand machine discover` shows those that were.",
  },
  "machine.no-agent": {
    says: "Nothing attends to the segment {segment} of {name} now.",
    remedy: "Start its agent (`rackhand rack up` for the virtual rack), or wait until it is back.",
  },
  "machine.no-bmc": {
    says: "{name} has no BMC on record.",
    remedy: "IPMI_PASSWORD=… rackhand machine bmc {name} --bmc ADDRESS --bmc-user USER puts one on record.",
  },
  "event.unknown": {
    says: "There is no event {id}, or it was trimmed.",
    remedy: "`rackhand machine timeline NAME` shows what is kept; docs/inventory.md says how long.",
  },
  "segment.unknown": {
    says: 'There is no segment called "{name}".',
    remedy: "`rackhand segment list` shows those there are.",
  },
  "boot.port-in-use": {
    says: "UDP or TCP port {port} of {address} is taken: another DHCP, TFTP or HTTP server runs here.",
    remedy: "Stop it (`ss -lpn` names it; often dnsmasq, tftpd-hpa or isc-dhcp-server), then start again.",
  },
  "boot.not-permitted": {
    says: "Not permitted to open {what}.",
    remedy: "Run as root, or give the program CAP_NET_BIND_SERVICE and CAP_NET_RAW.",
  },
  "boot.no-interface": {
    says: "There is no interface {name} that is up, has a link and an IPv4 address.",
    remedy: "`ip -4 addr` and `ip link` show what it lacks.",
  },
  "boot.no-ipv6": {
    says: "IPv6 cannot be served on {name}: {why}.",
    remedy:
      "Give it a fixed address (`ip -6 addr add 2001:db8::1/64 dev {name}`, of your own prefix), or take `ipv6` out of the segment.",
  },
  "boot.other-dhcp": {
    says: "Another DHCP server, {server}, answers on {interface}.",
    remedy: "Switch one of the two off on this network: two answers send machines to either.",
  },
  "boot.pool-empty": {
    says: "No address is left for {mac} on {interface}.",
    remedy: "Widen the pool, or wait until leases end.",
  },
  "mirror.port-in-use": {
    says: "The mirror does not open on {address}: TCP port {port} is taken by another program, often apt-cacher-ng.",
    remedy:
      "Stop that program (`ss -lptn` names it), or set another port under [mirror] in rackhand.toml, or mirror = false in the segment.",
  },
  "image.missing": {
    says: "The image {name} is not on this machine.",
    remedy:
      "`rackhand image list` shows those there are; `rackhand image pull debian-13` fetches one, as does `apt-get install {packages}`.",
  },
  "image.unreadable": {
    says: "{path} is not a Debian installer tree: {why}.",
    remedy:
      "Name the directory that holds debian-installer/ (of a netboot.tar.gz or a debian-installer-*-netboot package).",
  },
  "image.not-added": {
    says: "{name} was not added as an image: {why}.",
    remedy: "Mend that and add it again; `rackhand image add --help` has an example.",
  },
  "image.not-built": {
    says: "The image {name} was not built: {why}.",
    remedy:
      "Mend that and build it again; --mirror names another mirror, --keyring the key of one that signs itself.",
  },
  "image.damaged": {
    says: "The image {name} is not as it was added: {why}.",
    remedy: "Remove it with `rackhand image remove {name}` and add it again.",
  },
  "image.not-for-plan": {
    says: "{name} is {kind}; the boot plan {plan} wants {wanted}.",
    remedy: "`rackhand image list` shows the images and what each is.",
  },
  "image.fetch-failed": {
    says: "apt could not fetch {packages}: {why}.",
    remedy: "Check this machine's apt sources and network, then try again.",
  },
  "image.pull-failed": {
    says: "{name} could not be fetched from {mirror}: {why}.",
    remedy:
      "Try again: a fetch goes on where it stopped. --mirror names another mirror, --keyring the key of one that signs itself.",
  },
  "bmc.unreachable": {
    says: "The BMC of {machine} at {address} does not answer.",
    remedy:
      "Check its address, port and cable, and that IPMI over LAN, HTTPS or ssh is on in it; `ipmitool -I lanplus -H {address} mc info` tries IPMI by hand.",
  },
  "bmc.login-refused": {
    says: "The BMC of {machine} at {address} refused the user or the password.",
    remedy:
      "IPMI_PASSWORD=… rackhand machine bmc {machine} --password --bmc-user USER sets them anew; `rackhand machine secure {machine}` mends a change that was cut off.",
  },
  "bmc.no-cipher": {
    says: "The BMC of {machine} at {address} takes neither cipher suite 17 nor 3.",
    remedy: "Allow one of them in the BMC's RMCP+ settings.",
  },
  "bmc.failed": {
    says: "The BMC of {machine} failed at {act}: {why}.",
    remedy: "Try again; a BMC reset (`mc reset cold`) often helps.",
  },
  "bmc.not-confirmed": {
    says: "The BMC of {machine} took {act}, but reads back {found}.",
    remedy: "Try again; if it stays, set it in the BMC's own page.",
  },
  "bmc.cannot": {
    says: "The BMC of {machine} cannot {what}: {speaks} has no way to.",
    remedy: "Choose another driver for it with --driver; docs/bmc.md says which can.",
  },
  "bmc.no-commands": {
    says: 'The settings have no commands called "{name}" for {machine}.',
    remedy: "Add `[commands.{name}]` to rackhand.toml, docs/bmc.md has examples; then `rackhand reload`.",
  },
  "bmc.changed": {
    says: "The BMC of {machine} at {address} shows another {what} than the one remembered: {found}.",
    remedy:
      "If it was replaced or reset, look at the new one and run `rackhand machine bmc {machine} --trust-anew`; if not, somebody stands between.",
  },
  "console.busy": {
    says: "{writer} has the keyboard of {machine}.",
    remedy: "Watch, or take it over: `~t` in the terminal, the button on the page.",
  },
  "console.unavailable": {
    says: "The console of {machine} is not attached: {why}.",
    remedy: "It is tried again by itself; check that Serial-over-LAN is on in the BMC.",
  },
  "console.no-recording": {
    says: "There is no recording {file} of {machine}.",
    remedy: "`rackhand console recordings {machine}` shows those there are; old ones go by themselves.",
  },
  "console.not-recorded": {
    says: "The console of {machine} is not recorded: {why}.",
    remedy:
      "Free room on the disk of the recordings; the console goes on, and recording does by itself when there is room.",
  },
  "rack.no-firmware": {
    says: "QEMU's firmware {file} is missing.",
    remedy: "Run `apt-get install {packages}` as root.",
  },
  "rack.failed": { says: "The virtual rack failed: {why}.", remedy: "Look at {log}." },
  "rack.running": {
    says: "A virtual rack runs already in {state}.",
    remedy: "Use it, or stop it with `rackhand rack down`.",
  },
  ...INSTALL_FAULTS,
  "story.broken": {
    says: "The journal {path} cannot be read: line {line}: {flaw}.",
    remedy: "Restore it from a backup, or cut it off before that line: what was told after it is done again.",
  },
  "story.unknown": {
    says: "There is no story {id}.",
    remedy: "`rackhand story list` shows those there are.",
  },
  "webhook.unknown": {
    says: 'The settings have no webhook called "{name}".',
    remedy: "`rackhand webhook list` shows those there are; docs/webhooks-and-metrics.md has an example.",
  },
  "store.failed": {
    says: "The private PostgreSQL in {directory} does not start: {why}.",
    remedy: "Its log is {log}; free what it names (disk, memory, permissions) and start again.",
  },
  "store.no-server": {
    says: "No PostgreSQL server program is installed.",
    remedy: "Run `apt-get install postgresql` as root (rackhand runs a private one; no cluster is made).",
  },
  "store.unreachable": {
    says: "The database at {url} does not answer: {why}.",
    remedy: "Check DATABASE_URL and that server.",
  },
  "store.foreign": {
    says: "{directory} is used by another PostgreSQL, process {pid}.",
    remedy: "Stop that one, or give this service a state directory of its own with --state.",
  },
  "store.away": {
    says: "The private PostgreSQL in {directory} went away: {why}.",
    remedy: "It is started again by itself; try again. Its log is {log}.",
  },
  "store.not-migrated": {
    says: "The tables of {database} could not be brought up to date: {why}.",
    remedy: "Nothing was changed; run the newest rackhand that this database has seen.",
  },
  "store.secret-lost": {
    says: "The BMC's password of {machine} was not sealed with the key in {file}.",
    remedy: "Put the old key back, or remove the machine and add it again with its password.",
  },
  "host.name-odd": {
    says: "{host} is no name of a host.",
    remedy: "Name it as you would to ssh: db1, root@db1, ssh://root@db1:2222.",
  },
  "host.unreachable": {
    says: "No ssh connection to {host}: {why}.",
    remedy: "Try `ssh {host} true`; docs/hosts.md says what of ~/.ssh/config counts.",
  },
  "host.turned-away": {
    says: "{host} closed the connection before anybody could log in: {why}.",
    remedy:
      "Wait a minute and look at its sshd's log: MaxStartups, or PerSourcePenalties (Debian 13), which end by themselves; " +
      "PerSourcePenaltyExemptList takes this machine's address out.",
  },
  "host.key-unknown": {
    says: "{host} has shown a host key that this machine does not know, and nothing was run: {why}.",
    remedy: "Compare its fingerprint and accept it once by `ssh {host}`.",
  },
  "host.key-changed": {
    says: "{host} shows another host key than the one known here, and nothing was run; now: {why}.",
    remedy:
      "If it was installed anew, `ssh-keygen -R {host}` forgets the old key; if not, somebody else answers in its place.",
  },
  "host.key-refused": {
    says: "{host} let none of our keys in: {why}.",
    remedy: "Put a key into its authorized_keys (`ssh-copy-id {host}`), or the right user before the name.",
  },
  "host.lost": {
    says: "The connection to {host} was lost while {what} ran, so how it ended is not known: {why}.",
    remedy: "Look at the host, then start that again.",
  },
  ...CHECK_FAULTS,
  "boot.not-seen": {
    says: "{machine} did not show {goal} within {limit}: {why}.",
    remedy: "The last screen is printed above; `rackhand machine show {machine}` has the timeline.",
  },
  "bench.unreadable": {
    says: "There are no readings in {path}: {why}.",
    remedy: "Mend the file, or say with --as what it is; docs/bench.md has what can be read.",
  },
  ...TARGET_FAULTS,
  ...BENCH_FAULTS,
  ...BISECT_FAULTS,
} as const satisfies Record<string, { says: string; remedy: string }>;

type Holes<S extends string> = S extends `${string}{${infer Hole}}${infer Rest}` ? Hole | Holes<Rest> : never;
export type FaultId = keyof typeof FAULTS;
export type FaultHoles<K extends FaultId> = Record<Holes<(typeof FAULTS)[K]["says" | "remedy"]>, string>;

export class Fault<K extends FaultId = FaultId> extends Error {
  readonly id: K;
  readonly says: string;
  readonly remedy: string;

  constructor(id: K, holes: FaultHoles<K>, cause?: unknown) {
    const given: Readonly<Record<string, string>> = holes;
    const fill = (sentence: string) =>
      sentence.replace(/\{(\w+)\}/g, (_, hole: string) => given[hole] ?? `{${hole}}`);
    const says = fill(FAULTS[id].says);
    const remedy = fill(FAULTS[id].remedy);
    super(`${says} ${remedy}`, { cause });
    this.name = "Fault";
    this.id = id;
    this.says = says;
    this.remedy = remedy;
  }
}

/** A fault that crossed a wire keeps its id and its sentences; an id from elsewhere counts as the service's failure. */
export function toldFault(told: {
  readonly id: string;
  readonly says: string;
  readonly remedy: string;
}): Fault {
  const id = (Object.hasOwn(FAULTS, told.id) ? told.id : "service.failed") as FaultId;
  const { says, remedy } = told;
  return Object.assign(new Fault(id, {} as never), { says, remedy, message: `${says} ${remedy}` });
}

/** An unknown thrown value in one line. */
export const reason = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);

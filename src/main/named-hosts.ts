import { hostname } from "node:os";
import type { Fault } from "../base/fault.ts";
import { here } from "../host/here.ts";
import type { Host } from "../host/host.ts";
import { overSsh } from "../host/over-ssh.ts";

/** As whose the lock of a host stands there. */
export const ownerOf = (user: string, now: number): string =>
  `${user}@${hostname()} since ${new Date(now).toISOString()}`;

export type Named = { readonly name: string; readonly open: () => Host };
export const namedHosts = (hosts: readonly string[], local: boolean): Named[] => [
  ...(local ? [{ name: "here", open: () => here("here") }] : []),
  ...hosts.map((name) => ({ name, open: () => overSsh(name) })),
];

export const worded = ({ says, remedy, id }: Fault): string => `${says} ${remedy} [${id}]`;

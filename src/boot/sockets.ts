import { createSocket, type Socket } from "node:dgram";
import { closeSync } from "node:fs";
import { constants } from "node:os";
import { getSystemErrorName } from "node:util";
import koffi from "koffi";
import { type Address, isIpv6 } from "../base/address.ts";
import { Fault } from "../base/fault.ts";
import { ipv4Bytes } from "../base/ipv4.ts";
import { ipv6Bytes } from "../base/ipv6.ts";

/**
 * The few system calls that Node lacks, for sockets bound to one interface. Linux, both architectures of
 * Debian.
 */
const libc = koffi.load("libc.so.6");
const socketCall = libc.func("int socket(int family, int type, int protocol)");
const bindCall = libc.func("int bind(int fd, const void *address, unsigned int length)");
const ioctlCall = libc.func("int ioctl(int fd, unsigned long request, _Inout_ void *argument)");
const sendToCall = libc.func(
  "intptr_t sendto(int fd, const void *bytes, size_t count, int flags, const void *to, unsigned int length)",
);
const indexCall = libc.func("unsigned int if_nametoindex(const char *name)");
const replaceCall = libc.func("int dup3(int from, int to, int flags)");
const optionCall = libc.func(
  "int setsockopt(int fd, int level, int name, const void *value, unsigned int length)",
);

const [AF_INET, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_CLOEXEC] = [2, 2, 0o4000, 0o2000000];
const [SOL_SOCKET, SO_REUSEADDR, SO_BROADCAST, SO_RCVBUF, SO_BINDTODEVICE] = [1, 2, 6, 8, 25];

export type Opening = {
  readonly interface: string;
  readonly port: number;
  readonly address: Address;
  readonly shared: boolean; // others may hold the port as well: only for listening beside them
};

/** A UDP socket that hears and reaches one interface only: 255.255.255.255 leaves by it. */
export const openUdp = async (opening: Opening): Promise<Socket> => (await openUdpBy(opening)).socket;

/** The same, with its number for calls of our own; it is closed with the socket. */
export async function openUdpBy(opening: Opening): Promise<{ socket: Socket; fd: number }> {
  const { address } = opening;
  const fd = socketCall(isIpv6(address) ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) throw networkFault(koffi.errno(), opening);
  try {
    setOption(fd, SOL_SOCKET, SO_BINDTODEVICE, Buffer.from(`${opening.interface}\0`), opening);
    if (isIpv6(address)) setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, int(1), opening);
    else setOption(fd, SOL_SOCKET, SO_BROADCAST, int(1), opening);
    setOption(fd, SOL_SOCKET, SO_RCVBUF, int(4 << 20), opening);
    if (opening.shared) setOption(fd, SOL_SOCKET, SO_REUSEADDR, int(1), opening);
    const name = socketName(opening);
    if (bindCall(fd, name, name.length) < 0) throw networkFault(koffi.errno(), opening);
    return { socket: await adopt(fd, isIpv6(address) ? "udp6" : "udp4"), fd };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** struct sockaddr_in, or sockaddr_in6 without a zone: the socket is bound to its interface already. */
function socketName({ address, port }: Opening): Buffer {
  const name = Buffer.alloc(isIpv6(address) ? 28 : 16);
  name.writeUInt16LE(isIpv6(address) ? AF_INET6 : AF_INET, 0);
  name.writeUInt16BE(port, 2);
  if (isIpv6(address)) name.set(ipv6Bytes(address), 8);
  else name.set(ipv4Bytes(address), 4);
  return name;
}

const [AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, IPPROTO_IPV6] = [10, 3, 58, 41];
const [IPV6_UNICAST_HOPS, IPV6_MULTICAST_IF, IPV6_MULTICAST_HOPS, IPV6_ADD_MEMBERSHIP] = [16, 17, 18, 20];
const [IPV6_MULTICAST_LOOP, IPV6_V6ONLY] = [19, 26];
const ICMPV6_FILTER = 1;
const ROUTER_MESSAGES = [133, 134]; // solicitation and advertisement

/**
 * A raw ICMPv6 socket that hears router solicitations and advertisements of one interface. Node opens no
 * raw sockets, but it reads whatever stands behind the number it was given: so it gets a UDP socket first,
 * and the raw one takes its place before the event loop looks at it. No thread blocks, and closing works as
 * ever.
 */
export async function openIcmp6(name: string): Promise<Socket> {
  const opening = { interface: name, address: "::", port: IPPROTO_ICMPV6 };
  const raw = socketCall(AF_INET6, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMPV6);
  if (raw < 0) throw networkFault(koffi.errno(), { ...opening, port: 0 });
  try {
    const index = indexCall(name);
    if (index === 0) throw networkFault(constants.errno.ENODEV, opening);
    const set = (level: number, option: number, value: Buffer) =>
      setOption(raw, level, option, value, opening);
    set(SOL_SOCKET, SO_BINDTODEVICE, Buffer.from(`${name}\0`));
    // RFC 4861 6.1.2
    for (const option of [IPV6_UNICAST_HOPS, IPV6_MULTICAST_HOPS]) set(IPPROTO_IPV6, option, int(255));
    set(IPPROTO_IPV6, IPV6_MULTICAST_IF, int(index));
    set(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, int(0)); // it does not hear itself
    const allRouters = [0xff, 0x02, ...Array<number>(13).fill(0), 2];
    set(IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, Buffer.concat([Buffer.from(allRouters), int(index)]));
    const filter = Buffer.alloc(32, 0xff); // a set bit keeps the type out (RFC 3542 3.2)
    for (const type of ROUTER_MESSAGES) {
      const word = (type >> 5) * 4;
      filter.writeUInt32LE((filter.readUInt32LE(word) & ~(1 << (type & 31))) >>> 0, word);
    }
    set(IPPROTO_ICMPV6, ICMPV6_FILTER, filter);
    const stand = socketCall(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (stand < 0) throw networkFault(koffi.errno(), opening);
    const socket = createSocket({ type: "udp6", lookup: numericLookup });
    socket.on("error", outliveTheCable);
    socket.bind({ fd: stand, exclusive: true });
    if (replaceCall(raw, stand, SOCK_CLOEXEC) < 0) throw networkFault(koffi.errno(), opening);
    return socket;
  } finally {
    closeSync(raw);
  }
}

const int = (value: number): Buffer => Buffer.from(Int32Array.of(value).buffer);

const SIOCGIFMTU = 0x8921;

/** Asked of the kernel itself: /sys shows the interfaces of whichever namespace mounted it. */
export function mtuOf(name: string): number {
  const place = { interface: name, address: name, port: 0 };
  const fd = socketCall(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw networkFault(koffi.errno(), place);
  try {
    const request = Buffer.alloc(40); // struct ifreq
    request.write(name, 0, 15, "latin1");
    if (ioctlCall(fd, SIOCGIFMTU, request) < 0) throw networkFault(koffi.errno(), place);
    return request.readInt32LE(16);
  } finally {
    closeSync(fd);
  }
}

/** Addresses here are numeric always, so nothing needs a resolver. */
export const numericLookup = (
  host: string,
  _: unknown,
  done: (error: null, address: string, family: number) => void,
): void => done(null, host, host.includes(":") ? 6 : 4);

function adopt(fd: number, type: "udp4" | "udp6"): Promise<Socket> {
  const socket = createSocket({ type, lookup: numericLookup });
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ fd, exclusive: true }, () => {
      socket.off("error", reject);
      socket.on("error", outliveTheCable);
      resolve(socket);
    });
  });
}

/** ENETDOWN: an interface that goes down tells every socket bound to it, and may come back. */
function outliveTheCable(): void {}

function setOption(fd: number, level: number, name: number, value: Buffer, opening: Place): void {
  if (optionCall(fd, level, name, value, value.length) < 0) throw networkFault(koffi.errno(), opening);
}

type Place = { readonly interface: string; readonly address: string; readonly port: number };

function networkFault(errno: number, place: Place): Error {
  return faultOf({ code: getSystemErrorName(-errno) }, place);
}

const [AF_PACKET, ETH_P_ARP, TO_ALL] = [17, 0x0806, new Uint8Array(6).fill(0xff)];

/** ARP of one interface, without the Ethernet head. */
export type ArpSocket = {
  readonly send: (arp: Uint8Array) => void; // to all; lost where the interface is down
  readonly heard: (hear: (arp: Uint8Array) => void) => void;
  readonly close: () => Promise<void>;
};

/** A packet socket (packet(7)) that takes the place of a UDP socket, as the one for ICMPv6 does. */
export async function openArp(name: string): Promise<ArpSocket> {
  const opening = { interface: name, address: "ARP", port: 0 };
  const raw = socketCall(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); // silent until it is bound
  if (raw < 0) throw networkFault(koffi.errno(), opening);
  try {
    const index = indexCall(name);
    if (index === 0) throw networkFault(constants.errno.ENODEV, opening);
    const place = linkAddress(index);
    if (bindCall(raw, place, place.length) < 0) throw networkFault(koffi.errno(), opening);
    const stand = socketCall(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (stand < 0) throw networkFault(koffi.errno(), opening);
    const socket = await adopt(stand, "udp4");
    if (replaceCall(raw, stand, SOCK_CLOEXEC) < 0) throw networkFault(koffi.errno(), opening);
    return {
      send: (arp) => void sendToCall(stand, arp, arp.length, 0, place, place.length),
      heard: (hear) => void socket.on("message", hear),
      close: () => closeUdp(socket),
    };
  } finally {
    closeSync(raw);
  }
}

/** struct sockaddr_ll, for ARP to all on the link. */
function linkAddress(index: number): Buffer {
  const name = Buffer.alloc(20);
  name.writeUInt16LE(AF_PACKET, 0);
  name.writeUInt16BE(ETH_P_ARP, 2);
  name.writeInt32LE(index, 4);
  name.writeUInt8(TO_ALL.length, 11);
  name.set(TO_ALL, 12);
  return name;
}

/** What an operator can do something about, as a fault; anything else as it came. */
export function faultOf(error: NodeJS.ErrnoException | { code: string }, place: Place): Error {
  const port = String(place.port);
  switch (error.code) {
    case "EADDRINUSE":
      return new Fault("boot.port-in-use", { port, address: `${place.address} (${place.interface})` }, error);
    case "EPERM":
    case "EACCES":
      return new Fault("boot.not-permitted", { what: `port ${port} on ${place.interface}` }, error);
    case "ENODEV":
    case "EADDRNOTAVAIL":
      if (place.address.includes(":")) return noIpv6(place, `${place.address} is not one of its addresses`);
      return new Fault("boot.no-interface", { name: place.interface }, error);
    default:
      return error instanceof Error ? error : new Error(`the system refused a socket: ${error.code}`);
  }
}

const noIpv6 = ({ interface: name }: Place, why: string): Fault => new Fault("boot.no-ipv6", { name, why });

export const closeUdp = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.close(() => resolve()));

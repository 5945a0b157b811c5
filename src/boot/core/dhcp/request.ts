import { ANY4, type Ipv4 } from "../../../base/ipv4.ts";
import { type Mac, macOf } from "../../../base/mac.ts";
import { flaw, ok, type Read } from "../../../base/read.ts";
import { type Asker, askerOf } from "./client.ts";
import { BOOTREQUEST, type Packet } from "./packet.ts";

export const MESSAGES = {
  discover: 1,
  offer: 2,
  request: 3,
  decline: 4,
  ack: 5,
  nak: 6,
  release: 7,
  inform: 8,
} as const;
export const messageName = (type: number): string =>
  Object.entries(MESSAGES)
    .find(([, code]) => code === type)?.[0]
    .toUpperCase() ?? `type ${type}`;

/** What a client asks, told apart as RFC 2131 4.3.2 (table 4) does. */
export type Ask =
  | { readonly is: "discover"; readonly wanted?: Ipv4 }
  | { readonly is: "select"; readonly server: Ipv4; readonly wanted: Ipv4 }
  | { readonly is: "reboot"; readonly wanted: Ipv4 }
  | { readonly is: "renew"; readonly wanted: Ipv4 } // rebinding too: they differ only in how they were sent
  | { readonly is: "inform" }
  | { readonly is: "boot-server"; readonly item: Uint8Array | undefined } // port 4011; of option 43
  | { readonly is: "decline"; readonly address: Ipv4; readonly server: Ipv4 | undefined }
  | { readonly is: "release"; readonly address: Ipv4; readonly server: Ipv4 | undefined };

export type Request = {
  readonly packet: Packet;
  readonly mac: Mac;
  readonly type: number;
  readonly ask: Ask;
  readonly asker: Asker;
};

const ETHERNET = 1;

export const readRequest = (packet: Packet): Read<Request> => readAs(packet, askOf);

/** What comes to port 4011: a REQUEST or INFORM of a client with an address (PXE 2.1 2.2.6). */
export const readBootServerRequest = (packet: Packet): Read<Request> =>
  readAs(packet, ({ options: { known } }) => {
    const { messageType: type } = known;
    if (type !== MESSAGES.request && type !== MESSAGES.inform)
      return flaw(`message type ${type} is not one for port 4011`);
    return ok({ is: "boot-server", item: bootItem(known.vendorOptions) });
  });

const [BOOT_ITEM, END] = [71, 255];

/** The boot item of option 43 (PXE 2.1, table 2-1): server type and layer, 2 bytes each. */
function bootItem(option: Uint8Array = new Uint8Array()): Uint8Array | undefined {
  for (let at = 0; at + 2 <= option.length && option[at] !== END; at += 2 + option[at + 1]!) {
    const value = option.subarray(at + 2, at + 2 + option[at + 1]!);
    if (option[at] === BOOT_ITEM && value.length === 4) return value;
  }
  return undefined;
}

function readAs(packet: Packet, askOf: (packet: Packet) => Read<Ask>): Read<Request> {
  const { known } = packet.options;
  if (packet.op !== BOOTREQUEST) return flaw(`op ${packet.op} is not a request`);
  if (packet.hardware !== ETHERNET) return flaw(`hardware type ${packet.hardware} is not Ethernet`, 1);
  const mac = macOf(packet.chaddr);
  if (!mac.ok) return mac;
  if (known.messageType === undefined) return flaw("there is no message type (option 53)");
  const ask = askOf(packet);
  return ask.ok
    ? ok({ packet, mac: mac.value, type: known.messageType, ask: ask.value, asker: askerOf(known) })
    : ask;
}

function askOf({ ciaddr, options: { known } }: Packet): Read<Ask> {
  const { messageType: type, requestedAddress: wanted, serverId: server } = known;
  switch (type) {
    case MESSAGES.discover:
      return ok(wanted === undefined ? { is: "discover" } : { is: "discover", wanted });
    case MESSAGES.request:
      return requestOf(ciaddr, wanted, server);
    case MESSAGES.inform:
      return ok({ is: "inform" });
    case MESSAGES.decline:
      return wanted === undefined
        ? flaw("a DECLINE without an address (option 50)")
        : ok({ is: "decline", address: wanted, server });
    case MESSAGES.release:
      return ok({ is: "release", address: ciaddr, server });
    default:
      return flaw(`message type ${type} is not one of a client`);
  }
}

/** Some ROMs fill ciaddr while selecting, so the server identifier alone decides that. */
function requestOf(ciaddr: Ipv4, wanted: Ipv4 | undefined, server: Ipv4 | undefined): Read<Ask> {
  const address = wanted ?? (ciaddr === ANY4 ? undefined : ciaddr);
  if (address === undefined) return flaw("a REQUEST without an address (option 50 or ciaddr)");
  if (server !== undefined) return ok({ is: "select", server, wanted: address });
  return ok(wanted === undefined ? { is: "renew", wanted: address } : { is: "reboot", wanted });
}

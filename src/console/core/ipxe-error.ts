/**
 * What iPXE means by the first byte of an error, which is POSIX' in an order of its own (iPXE's
 * include/errno.h); the rest tells where in its source the error came up. Told here because a rack may not
 * reach the page that it names.
 */
const MEANS: Readonly<Record<number, string>> = {
  2: "permission denied: the server refuses the file, or what signed it is not trusted",
  11: "it was told to stop by a key",
  14: "connection refused: nothing listens at that port of the server",
  15: "the server broke the connection off",
  23: "the host is not reached: nobody answers for its address on the network",
  28: "it cannot make sense of what it was given",
  29: "input/output error: the server answered with an error of its own, or a disk did",
  38: "the network is down",
  40: "network unreachable: it has no address, or no route to that network",
  44: "there is no such device",
  45: "no such file: the server does not have it, or there is nothing to boot",
  46: "what it loaded is nothing that it can start: for another firmware, or no image at all",
  49: "not enough memory",
  56: "not connected: the link is down, or the card does not take part in the network",
  60: "this iPXE was built without what that needs",
  62: "there is no such device",
  65: "not permitted: the server forbids it, or a certificate does not hold",
  67: "the other side does not keep to the protocol",
  76: "timed out: nobody answered",
};

/** The error behind an address such as https://ipxe.org/4c0a6035, in words; `undefined`: an unknown one. */
export function ipxeError(address: string): string | undefined {
  const [, code = ""] = /\/([0-9a-f]{7,8})$/.exec(address) ?? [];
  return MEANS[Number.parseInt(code.padStart(8, "0").slice(0, 2), 16)];
}

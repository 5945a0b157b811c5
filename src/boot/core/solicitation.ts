/** ICMPv6 of RFC 4861, as far as it takes to end a ROM's wait for a router. */
const [SOLICITATION, ADVERTISEMENT] = [133, 134];
const MANAGED_OR_OTHER = 0xc0;

/** RFC 4861 6.1.1: at least 8 bytes, code 0. */
export const isSolicitation = (message: Uint8Array): boolean =>
  message.length >= 8 && message[0] === SOLICITATION && message[1] === 0;

/**
 * Router lifetime 0 (nobody's default router), no prefix, no flags: it configures nothing, and yet it is an
 * answer. The kernel fills in the checksum (RFC 3542 3.1).
 */
export function emptyAdvertisement(): Uint8Array {
  const message = new Uint8Array(16);
  message[0] = ADVERTISEMENT;
  return message;
}

/** Asks for routers; the kernel fills in the checksum. */
export const solicitation = (): Uint8Array => Uint8Array.of(SOLICITATION, 0, 0, 0, 0, 0, 0, 0);

/** An advertisement that says something: a lifetime, where to get addresses, or an option. Ours does not. */
export function isRouter(message: Uint8Array): boolean {
  if (message.length < 16 || message[0] !== ADVERTISEMENT || message[1] !== 0) return false;
  const [, , , , , flags, high, low] = message;
  return (flags! & MANAGED_OR_OTHER) !== 0 || high! + low! > 0 || message.length > 16;
}

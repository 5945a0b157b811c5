import { createHash, generateKeyPairSync, sign } from "node:crypto";

/** An archive key of our own: what apt calls a keyring, and texts clear-signed with it (RFC 4880, Ed25519). */
export type ArchiveKey = {
  readonly keyring: Uint8Array;
  clearSign(text: string): string;
};

const ED25519 = Buffer.from("092b06010401da470f01", "hex"); // the curve's OID with its length
const [EDDSA, SHA256, CREATED] = [22, 8, 0x6000_0000];

export function archiveKey(name: string, livesSeconds = 0): ArchiveKey {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const point = Buffer.from(publicKey.export({ format: "jwk" }).x!, "base64url");
  const body = Buffer.concat([
    Buffer.from([4]),
    u32(CREATED),
    Buffer.from([EDDSA]),
    ED25519,
    mpi(Buffer.concat([Buffer.from([0x40]), point])),
  ]);
  const hashedKey = Buffer.concat([Buffer.from([0x99]), u16(body.length), body]);
  const fingerprint = createHash("sha1").update(hashedKey).digest();
  const signature = (type: number, what: Buffer, more = Buffer.alloc(0)): Buffer => {
    const issuer = Buffer.concat([Buffer.from([22, 33, 4]), fingerprint]);
    const hashed = Buffer.concat([Buffer.from([5, 2]), u32(CREATED + 60), issuer, more]);
    const head = Buffer.concat([Buffer.from([4, type, EDDSA, SHA256]), u16(hashed.length), hashed]);
    const tail = Buffer.concat([Buffer.from([4, 0xff]), u32(head.length)]);
    const digest = createHash("sha256")
      .update(Buffer.concat([what, head, tail]))
      .digest();
    const pair = sign(null, digest, privateKey);
    const keyId = Buffer.concat([Buffer.from([9, 16]), fingerprint.subarray(-8)]);
    const numbers = [mpi(pair.subarray(0, 32)), mpi(pair.subarray(32))];
    return packet(2, Buffer.concat([head, u16(keyId.length), keyId, digest.subarray(0, 2), ...numbers]));
  };
  const id = Buffer.from(name, "utf8");
  const bound = Buffer.concat([hashedKey, Buffer.from([0xb4]), u32(id.length), id]);
  const life = Buffer.concat([Buffer.from([5, 9]), u32(livesSeconds)]); // 0: for ever
  const usage = Buffer.concat([Buffer.from([2, 27, 3]), life]); // certifies and signs
  return {
    keyring: Buffer.concat([packet(6, body), packet(13, id), signature(0x13, bound, usage)]),
    clearSign(text) {
      const lines = text.replace(/\n$/, "").split("\n");
      const canonical = lines.map((line) => line.replace(/[ \t]+$/, "")).join("\r\n");
      const armor = signature(1, Buffer.from(canonical, "utf8")).toString("base64").replace(/.{64}/g, "$&\n");
      const escaped = lines.map((line) => line.replace(/^-/, "- -")).join("\n");
      return (
        `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${escaped}\n` +
        `-----BEGIN PGP SIGNATURE-----\n\n${armor}\n-----END PGP SIGNATURE-----\n`
      );
    },
  };
}

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const u32 = (value: number): Buffer => Buffer.concat([u16(value >>> 16), u16(value & 0xffff)]);

const packet = (tag: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0xc0 | tag, 0xff]), u32(body.length), body]);

/** A number with its length in bits and no leading zeros (3.2). */
function mpi(bytes: Buffer): Buffer {
  const from = bytes.findIndex((byte) => byte !== 0);
  const number = bytes.subarray(from);
  return Buffer.concat([u16((number.length - 1) * 8 + 32 - Math.clz32(number[0]!)), number]);
}

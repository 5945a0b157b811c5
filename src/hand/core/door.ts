import { flaw, ok, type Read } from "../../base/read.ts";

/** A public key as OpenSSH writes it (sshd(8), AUTHORIZED_KEYS), without its comment: words that sh leaves alone. */
export type PublicKey = string & { readonly __publicKey: true };

const KINDS = [
  ...["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
  ...["sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"],
];
const MOST_KEY = 8192;

export function readPublicKey(text: string): Read<PublicKey> {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  if (lines.length !== 1) return flaw(`one public key is wanted, there are ${lines.length} lines`);
  if (/PRIVATE KEY/.test(text)) return flaw("that is a private key; its .pub file is wanted");
  const [kind = "", body = ""] = lines[0]!.trim().split(/\s+/);
  if (!KINDS.includes(kind)) return flaw("it does not begin as a public key does (ssh-ed25519 AAAA…)");
  if (!/^[A-Za-z0-9+/]{30,}={0,2}$/.test(body) || body.length > MOST_KEY)
    return flaw("what follows its kind is no base64");
  return ok(`${kind} ${body}` as PublicKey);
}

/** Lets in who has the key, and says by which host key the hand is known; again, it is the same door. */
export const doorScript = (key: PublicKey): string => `set -e
umask 077
mkdir -p /root/.ssh
printf '%s\\n' '${key}' >/root/.ssh/authorized_keys
[ -e /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
systemctl start rackhand-door.service
printf '@hostkey %s\\n' "$(ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub | cut -d ' ' -f 2)"
`;

/** The fingerprint in the script's output. */
export function readDoor(output: string): Read<string> {
  const found = /^@hostkey (SHA256:[A-Za-z0-9+/]{43})$/m.exec(output)?.[1];
  return found === undefined ? flaw("it named no host key") : ok(found);
}

import type { Row } from "../cells.ts";

const ALL = ["debian-12", "debian-13", "sysvinit"] as const;

/**
 * alice is asked and has her secret, carol is exempt by her group, dave has no secret. `enters USER KEY CODE` logs in; with
 * KEY `-` without one. All methods of a login end in one connection, so that nobody is shut out.
 */
const HOST = `cat >/run/logins <<'X'
stack() { { printf '%s\\n' "$@"; grep -v '^@include common-auth' /run/pam; } >/etc/pam.d/sshd; }
sshd() { # LINE...
  printf '%s\\n' UsePAM\\ yes PasswordAuthentication\\ no KbdInteractiveAuthentication\\ yes "$@" >/run/own.conf
  { cat /run/own.conf; grep -viE '^(usepam|passwordauth|kbdinteractive)' /run/sshd_config; } >/etc/ssh/sshd_config
  again
}
again() { [ ! -e /run/sshd.pid ] || { kill $(cat /run/sshd.pid); until [ -z "$(pgrep -x sshd)" ]; do sleep 0.1; done; rm -f /run/sshd.pid; }
  /usr/sbin/sshd; until ss -tln | grep -q ':22 '; do sleep 0.1; done; }
secret() { # USER LINE...
  f=/home/$1/.google_authenticator; { echo JBSWY3DPEHPK3PXP; u=$1; shift; printf '%s\\n' "$@" '" TOTP_AUTH'; } >$f; rights 400 $u
}
rights() { chmod $1 /home/$2/.google_authenticator; chown $2: /home/$2/.google_authenticator; }
code() { oathtool --totp -b JBSWY3DPEHPK3PXP; }
enters() { # USER KEY CODE
  key="-i $2"; [ $2 != - ] || key='-o PubkeyAuthentication=no'
  CODE=$3 SSH_ASKPASS=/opt/ask SSH_ASKPASS_REQUIRE=force timeout 30 ssh -n -F none -o StrictHostKeyChecking=no \\
    -o UserKnownHostsFile=/dev/null -o NumberOfPasswordPrompts=1 -o LogLevel=ERROR $key $1@127.0.0.1 true
}
X
. /run/logins; ip link set lo up; mkdir -p /run/sshd; printf '#!/bin/sh\\necho "$CODE"\\n' >/opt/ask; chmod 755 /opt/ask
cp /etc/pam.d/sshd /run/pam; cp /etc/ssh/sshd_config /run/sshd_config; ssh-keygen -qt ed25519 -N '' -f /run/key
ls /etc/ssh/ssh_host_*_key >/dev/null 2>&1 || ssh-keygen -A >/dev/null
groupadd nomfa; for u in alice carol dave; do useradd -mp '*' $u; mkdir -m 700 /home/$u/.ssh; cp /run/key.pub /home/$u/.ssh/authorized_keys; chown -R $u: /home/$u/.ssh; done
usermod -aG nomfa carol; secret alice '" DISALLOW_REUSE'`;
const EXEMPT = "'auth [success=1 default=ignore] pam_succeed_if.so quiet user ingroup nomfa'";
const ASKS = (words = "") => `'auth required pam_google_authenticator.so${words}'`;
const STACK = `stack ${EXEMPT} ${ASKS()} 'auth required pam_permit.so'`;
const BOTH = "sshd 'AuthenticationMethods publickey,keyboard-interactive'";
const made = (...more: readonly string[]): string => [HOST, STACK, BOTH, ...more].join("\n");
const follows = (...does: readonly string[]): string => [". /run/logins", ...does].join("\n");
const RIGHT = 'enters alice /run/key "$(code)"';
const WRONG = "enters alice /run/key 000000";
const NOBODY = "enters carol - 000000";
const DENIED = `! ${RIGHT}`;

export const TOTP_SSH: readonly Row[] = [
  {
    ...{ is: "broken", says: "the group of those who are asked is gone", on: ALL, expect: "fail group" },
    makes: made(
      `stack ${EXEMPT.replace("ingroup nomfa", "notingroup mfa")} ${ASKS()} 'auth required pam_permit.so'`,
      WRONG,
    ),
    follows: follows(STACK, `! ${WRONG}`),
  },
  {
    ...{ is: "broken", says: "a space for the comma", on: ALL, expect: "fail one-factor" },
    makes: made("sshd 'AuthenticationMethods publickey keyboard-interactive'", NOBODY),
    follows: follows(BOTH, `! ${NOBODY}`),
  },
  {
    ...{ is: "broken", says: "no AuthenticationMethods", on: ALL, expect: "fail one-factor" },
    ...{ makes: made("sshd", NOBODY), follows: follows(BOTH, `! ${NOBODY}`) },
  },
  {
    ...{ is: "broken", says: "sshd asks nobody", on: ALL, expect: "fail not-asked" },
    makes: made(
      "sshd 'KbdInteractiveAuthentication no'",
      "sed -i '0,/^Kbd/{/^Kbd/d}' /etc/ssh/sshd_config; again",
      WRONG,
    ),
    follows: follows(BOTH, `! ${WRONG}`),
  },
  {
    ...{ is: "broken", says: "a drop-in takes its method away", on: ALL, expect: "fail sshd-refuses" },
    makes: made(
      "sed -i '1iInclude /etc/ssh/sshd_config.d/*.conf' /etc/ssh/sshd_config; echo KbdInteractiveAuthentication no >/etc/ssh/sshd_config.d/own.conf; ! /usr/sbin/sshd -t",
    ),
    follows: "rm /etc/ssh/sshd_config.d/own.conf",
  },
  {
    ...{ is: "broken", says: "UsePAM is off", on: ALL, expect: "fail no-pam" },
    makes: made(
      "sed -i 's/^UsePAM.*/UsePAM no/; /^AuthenticationMethods/d' /etc/ssh/sshd_config; again",
      WRONG,
    ),
    follows: follows(BOTH, `! ${WRONG}`),
  },
  {
    ...{ is: "broken", says: "the jump has no place to land", on: ALL, expect: "fail jump" },
    makes: made(`stack ${EXEMPT} ${ASKS()}`, "! enters carol /run/key 000000"),
    follows: follows(STACK, "enters carol /run/key 000000"),
  },
  {
    ...{ is: "broken", says: "nullok, and one has no secret", on: ALL, expect: "fail nullok" },
    makes: made(
      `stack ${EXEMPT} ${ASKS(" nullok")} 'auth required pam_permit.so'`,
      "enters dave /run/key 000000",
    ),
    follows: follows(STACK, "! enters dave /run/key 000000"),
  },
  {
    ...{ is: "broken", says: "all may read the secret", on: ALL, expect: "fail denied" },
    ...{ makes: made("rights 644 alice", DENIED), follows: follows("rights 400 alice", RIGHT) },
  },
  {
    ...{ is: "broken", says: "an ACL opens the secret", on: ALL, expect: "fail denied" },
    makes: made("setfacl -m u:carol:r /home/alice/.google_authenticator", DENIED),
    follows: follows(
      "setfacl -b /home/alice/.google_authenticator; chmod 0400 /home/alice/.google_authenticator",
      RIGHT,
    ),
  },
  {
    ...{ is: "broken", says: "the secret is another's", on: ALL, expect: "fail denied" },
    makes: made("chown root: /home/alice/.google_authenticator", DENIED),
    follows: follows("rights 400 alice", RIGHT),
  },
  {
    ...{ is: "broken", says: "a wrong clock was learnt", on: ALL, expect: "fail skew" },
    makes: made(`secret alice '" DISALLOW_REUSE' '" TIME_SKEW 20'`, DENIED),
    follows: follows(`secret alice '" DISALLOW_REUSE'`, RIGHT),
  },
  {
    ...{ is: "broken", says: "a code is right twice", on: ALL, expect: "fail reuse" },
    makes: made("secret alice", `c=$(code); for i in 1 2; do enters alice /run/key $c; done`),
    follows: follows(
      `secret alice '" DISALLOW_REUSE'`,
      "c=$(code); enters alice /run/key $c; ! enters alice /run/key $c",
    ),
  },
  {
    ...{ is: "broken", says: "a login that was cut off left a copy", on: ALL, expect: "fail leftover" },
    makes: made("cp -p /home/alice/.google_authenticator /home/alice/.google_authenticator~aB3xyZ"),
    follows: "rm /home/alice/.google_authenticator~??????",
  },
  { is: "healthy", says: "key and code", on: ALL, expect: "pass", makes: made(RIGHT, `! ${NOBODY}`) },
  {
    ...{ is: "look-alike", says: "nullok, and all have a secret", on: ALL, expect: "pass" },
    makes: made(
      `secret dave '" DISALLOW_REUSE'; stack ${EXEMPT} ${ASKS(" nullok")} 'auth required pam_permit.so'`,
      `! ${WRONG}`,
    ),
  },
  {
    ...{ is: "look-alike", says: "the group of those who are asked is there", on: ALL, expect: "pass" },
    makes: made(
      `groupadd mfa; usermod -aG mfa alice; stack ${EXEMPT.replace("ingroup nomfa", "notingroup mfa")} ${ASKS()} 'auth required pam_permit.so'`,
      `! ${WRONG}`,
    ),
  },
  {
    ...{ is: "look-alike", says: "no pam_google_authenticator", on: ALL, expect: "not-applicable" },
    makes: [HOST, "sshd"].join("\n"),
  },
];

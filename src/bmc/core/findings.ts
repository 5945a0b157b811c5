import { DEFAULT_LOGINS } from "../../base/default-logins.ts";

/** Something about a BMC that lets strangers in, and what to do. */
export type Finding = {
  readonly id:
    | "cipher-0"
    | "any-password"
    | "default-password"
    | "null-user"
    | "short-password"
    | "administrators";
  readonly is: "fail" | "warn";
  readonly says: string;
  readonly remedy: string;
};

/** IPMI 2.0 keeps at most 20 bytes; what is shorter than 16 is guessed from one RAKP answer (CVE-2013-4786). */
const SHORT = 16;

export const cipherZero = (): Finding => ({
  id: "cipher-0",
  is: "fail",
  says: "It takes cipher suite 0: whoever names a user gets in without a password (CVE-2013-4782).",
  remedy:
    "Switch suite 0 off: `ipmitool lan set 1 cipher_privs XaaaXXaaaXXaaXX`, or in the BMC's page; then look again.",
});

export const anyPassword = (): Finding => ({
  id: "any-password",
  is: "fail",
  says: "It lets anybody in, with any password.",
  remedy: "Switch authentication on in the BMC's own page.",
});

export function defaultPassword(user: string): Finding {
  const says = `The user ${user} still has the password it was delivered with.`;
  const remedy = "`rackhand machine secure NAME` sets a random one for our user; set the others in the BMC.";
  return { id: "default-password", is: "fail", says, remedy };
}

export const isDefault = (user: string, password: string): boolean =>
  DEFAULT_LOGINS.some((login) => login.user === user && login.password === password);

export function shortPassword(password: string): Finding | undefined {
  if (password.length >= SHORT) return undefined;
  const says = `Our password has ${password.length} characters: anyone who asks the BMC for it can guess it at home.`;
  return { id: "short-password", is: "warn", says, remedy: "Run `rackhand machine secure NAME`." };
}

type User = { readonly name: string; readonly isOn: boolean; readonly role: string };

/** What the list of users tells, besides our own. */
export function aboutUsers(users: readonly User[], ours: string): Finding[] {
  const on = users.filter(({ isOn }) => isOn);
  const nameless = on.some(({ name }) => name === "");
  const others = on.filter(({ name, role }) => name !== "" && name !== ours && /^admin/i.test(role));
  const names = others.map(({ name }) => name).join(", ");
  return [
    ...(nameless ? [NULL_USER] : []),
    ...(others.length === 0
      ? []
      : [{ ...OTHER_ADMINISTRATORS, says: `Other users are administrators: ${names}.` }]),
  ];
}

const NULL_USER: Finding = {
  id: "null-user",
  is: "fail",
  says: "A user without a name may log in.",
  remedy: "Disable it: `ipmitool user disable 1`.",
};
const OTHER_ADMINISTRATORS = {
  id: "administrators",
  is: "warn",
  remedy: "Disable those nobody needs.",
} as const;

/** The well-known logins to try: of users that are there, besides the one we come as. */
export function loginsToTry(users: readonly User[], ours: string): { user: string; password: string }[] {
  const there = new Set(users.filter(({ isOn, name }) => isOn && name !== ours).map(({ name }) => name));
  const seen = new Set<string>();
  return DEFAULT_LOGINS.filter(({ user, password }) => {
    const login = `${user}\n${password}`;
    if (!there.has(user) || seen.has(login)) return false;
    seen.add(login);
    return true;
  }).map(({ user, password }) => ({ user, password }));
}

import { randomInt } from "node:crypto";

const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"; // none that people mistake
const LENGTH = 20; // the most that IPMI 2.0 takes
const KINDS = [/[A-Z]/, /[a-z]/, /[0-9]/]; // firmware asks for each, also of its first 16 characters

export function randomPassword(): string {
  for (;;) {
    const password = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join("");
    if (KINDS.every((kind) => kind.test(password.slice(0, 16)))) return password;
  }
}

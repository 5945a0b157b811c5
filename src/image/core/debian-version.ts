/**
 * Which of two Debian versions is the newer one: below zero when `a` is older (deb-version(7), without
 * epochs, which neither kernel releases nor installer builds have).
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = i % 2 === 0 ? byWords(left[i] ?? "", right[i] ?? "") : byNumber(left[i], right[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

export const newestOf = (versions: Iterable<string>): string | undefined =>
  [...versions].sort(compareVersions).at(-1);

/** Words and numbers in turn, a word first. */
const parts = (version: string): string[] => version.split(/(\d+)/);

const byNumber = (a = "", b = ""): number => {
  const [left, right] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : Number(left > right);
};

function byWords(a: string, b: string): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = weight(a[i]) - weight(b[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A tilde sorts before the end, the end before letters, letters before all else. */
function weight(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === "~") return -1;
  return /[A-Za-z]/.test(character) ? character.codePointAt(0)! : character.codePointAt(0)! + 256;
}

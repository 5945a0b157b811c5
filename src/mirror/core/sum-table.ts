/** Hashes by a name's fingerprint of 8 bytes: an archive has 60,000 files, and this is not worth a heap of strings. */
export type SumTable = {
  readonly put: (fingerprint: Uint8Array, sum: Uint8Array) => void;
  readonly get: (fingerprint: Uint8Array) => Uint8Array | undefined;
  readonly bytes: () => number;
};

/** A row is 2 words of name and 8 of hash, in the machine's own byte order. */
const [NAME_BYTES, ROW_WORDS, WORD_BYTES] = [8, 10, 4];
const FIRST_ROWS = 1024;

/** Open addressing, at most two thirds full; an empty row's name is zero. */
export function sumTable(): SumTable {
  let words = new Uint32Array(FIRST_ROWS * ROW_WORDS);
  let used = 0;
  const rowOf = (first: number, second: number): number => {
    for (let at = (first % (words.length / ROW_WORDS)) * ROW_WORDS; ; at = (at + ROW_WORDS) % words.length) {
      const isIt = words[at] === first && words[at + 1] === second;
      if (isIt || (words[at] === 0 && words[at + 1] === 0)) return at;
    }
  };
  const grow = () => {
    const old = words;
    words = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += ROW_WORDS) {
      if (old[at] === 0 && old[at + 1] === 0) continue;
      words.set(old.subarray(at, at + ROW_WORDS), rowOf(old[at]!, old[at + 1]!));
    }
  };
  return {
    put: (fingerprint, sum) => {
      if ((used + 1) * ROW_WORDS * 3 > words.length * 2) grow();
      const [first, second] = wordsOf(fingerprint);
      const at = rowOf(first, second);
      if (words[at] === 0 && words[at + 1] === 0) used += 1;
      words[at] = first;
      words[at + 1] = second;
      new Uint8Array(words.buffer).set(sum, at * WORD_BYTES + NAME_BYTES);
    },
    get: (fingerprint) => {
      const at = rowOf(...wordsOf(fingerprint));
      const from = at * WORD_BYTES;
      const isThere = words[at] !== 0 || words[at + 1] !== 0;
      return isThere
        ? new Uint8Array(words.buffer, from + NAME_BYTES, ROW_WORDS * WORD_BYTES - NAME_BYTES)
        : undefined;
    },
    bytes: () => words.byteLength,
  };
}

function wordsOf(fingerprint: Uint8Array): [number, number] {
  const view = new DataView(fingerprint.buffer, fingerprint.byteOffset, NAME_BYTES);
  return [view.getUint32(0), view.getUint32(WORD_BYTES)];
}

/** One word of POSIX sh. */
export const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/**
 * Words for a login shell that may be bash, dash, fish or csh: what those read differently inside single
 * quotes stands outside of them. csh alone cannot take a line's end in a word.
 */
export const forLoginShell = (words: readonly string[]): string => words.map(quoted).join(" ");

const quoted = (word: string): string => {
  if (word === "") return "''";
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return word.replace(/['\\!]|[^'\\!]+/g, (part) => (/^['\\!]$/.test(part) ? `\\${part}` : `'${part}'`));
};

/**
 * Says on both streams where the command's own words begin, whatever profiles said before, and on stderr how it
 * ended. sshd made the shell a session's leader, so its number is its group's. When nobody ends it from
 * outside, because the way there is lost, it ends itself.
 */
export const SUPERVISED = [
  'm=$1 t=$2 d=$3; shift 3; printf "\\001%s\\n" "$m"; printf "\\001%s %s\\n" "$m" $$ >&2;',
  '( trap "kill \\$!; exit" TERM; sleep "$t" & wait $! && kill -KILL 0 ) </dev/null >/dev/null 2>&1 &',
  's=127; w=$!; cd -- "$d" && { env "$@"; s=$?; };',
  'kill $w 2>/dev/null; printf "\\001%s %s\\n" "$m" $s >&2',
].join(" ");

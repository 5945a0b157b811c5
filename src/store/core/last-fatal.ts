/** The last reason a server's log gives for not starting, in its own words. */
export function lastFatal(log: string): string | undefined {
  const reasons = log.split("\n").flatMap((line) => {
    const match =
      /\b(?:FATAL|PANIC|initdb: error):\s+(.*)/.exec(line) ?? /^(?:initdb|setpriv|postgres): (.*)/.exec(line);
    return match ? [match[1]!.trim()] : [];
  });
  const said = (reason: string) => reason.startsWith("the database system is "); // to our own knocking
  return reasons.findLast((reason) => !said(reason));
}

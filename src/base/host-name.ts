/** A host as one types it after `ssh`: `db1`, `root@db1`, `ssh://root@db1:2222`. */
export const isHostName = (text: string): boolean =>
  /^(?:ssh:\/\/)?(?:[\w.-]+@)?[\w[][\w.:%[\]-]*$/.test(text);

/** What of it names the machine: neither who logs in nor the port. */
export const bareName = (host: string): string => {
  const rest = host.replace(/^ssh:\/\//, "").replace(/^[^@]*@/, "");
  return host.startsWith("ssh://") ? rest.replace(/:\d+$/, "") : rest;
};

/** daemon PID HELD NAMED PATH holds PLACE: device and inode of what it holds and of what is there now. */
export const isStale = (line: string): boolean => {
  const [word, , held, named, path] = line.split(" ");
  return word === "daemon" && path !== "unnamed" && held !== named;
};

/** What `netboot-skew` found of installers; `offers`: kernels that the mirror has modules for, where it was asked. */
export const trees = (out: string) =>
  out
    .split(/^tree /m)
    .slice(1)
    .map((text) => ({
      place: text.split("\n")[0] ?? "",
      kernel: /^kernel (\S+)$/m.exec(text)?.[1] ?? "",
      mirror: /^mirror (.*)$/m.exec(text)?.[1] ?? "",
      offers: [...text.matchAll(/^offers (\S+)$/gm)].map(([, release]) => release!),
      modules: /^modules (\S+)$/m.exec(text)?.[1] ?? "",
    }));

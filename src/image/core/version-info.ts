import { flaw, ok, type Read } from "../../base/read.ts";

/** Which installer this is, by its own words. */
export type VersionInfo = { readonly release: string; readonly suite: string; readonly build: string };

/** `version.info`: "Debian version:  12 (bookworm)", "Installer build: 20230607+deb12u15". */
export const readVersionInfo = (text: string): Read<VersionInfo> =>
  found(
    /Debian version:\s*(\S+)\s+\(([a-z]+)\)/.exec(text),
    /Installer build:\s*(\S+)/.exec(text),
    "version.info",
  );

/** `f1.txt`: "This is a Debian 8 (jessie) installation netboot image.", "It was built on 20150422+deb8u1." */
export const readHelpScreen = (text: string): Read<VersionInfo> =>
  found(/This is a Debian\s+(\S+)\s+\(([a-z]+)\)/.exec(text), /built on\s+(\S+?)\.?\s/.exec(text), "f1.txt");

function found(
  version: RegExpExecArray | null,
  build: RegExpExecArray | null,
  file: string,
): Read<VersionInfo> {
  if (version === null || build === null) return flaw(`${file} names no Debian release and installer build`);
  return ok({ release: version[1]!, suite: version[2]!, build: build[1]! });
}

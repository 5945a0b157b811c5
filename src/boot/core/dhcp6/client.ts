import { ARCHITECTURES } from "../dhcp/architectures.ts";
import type { Asker } from "../dhcp/client.ts";
import { INTEL } from "./codecs.ts";
import { OPTIONS6, type Options6 } from "./options.ts";

/** Who asks; `assumed`: the architecture that it did not say, and that we go by. */
export type Asker6 = { readonly asker: Asker; readonly assumed: boolean };

/** PXE by IPv6 came with UEFI, so a ROM that leaves option 61 out is one (ironic-image#916). */
const USUAL = 7;

export function askerOf6(options: Options6): Asker6 {
  const said = options.architectures ?? architectureInClass(pxeClass(options));
  const codes = said ?? [USUAL];
  const known = codes.find((code) => ARCHITECTURES.get(code)?.firmware !== undefined);
  const firmware = known === undefined ? undefined : ARCHITECTURES.get(known)?.firmware;
  const is = kindOf(options);
  if (is === undefined) return { asker: { is: "plain" }, assumed: false };
  const assumed = said === undefined;
  if (is === "ipxe") return { asker: { is, firmware }, assumed };
  return {
    asker: firmware === undefined ? { is: "unserved", architecture: codes[0]! } : { is, firmware },
    assumed,
  };
}

function kindOf(options: Options6): "ipxe" | "rom" | "http" | undefined {
  if (options.userClass?.includes("iPXE")) return "ipxe";
  const text = pxeClass(options);
  if (text?.startsWith("HTTPClient")) return "http";
  // a loader such as GRUB asks for the URL and says no class
  return text || options.askedFor?.includes(OPTIONS6.bootFileUrl.code) ? "rom" : undefined;
}

function pxeClass({ vendorClasses = [] }: Options6): string | undefined {
  const all = vendorClasses
    .filter(({ enterprise }) => enterprise === INTEL)
    .flatMap(({ classes }) => classes);
  return all.find((text) => /^(PXE|HTTP)Client/.test(text));
}

/** `PXEClient:Arch:00007:UNDI:003000` */
function architectureInClass(text = ""): readonly number[] | undefined {
  const [, digits] = /:Arch:(\d{5})/.exec(text) ?? [];
  return digits === undefined ? undefined : [Number(digits)];
}

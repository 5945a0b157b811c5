import { reason } from "../base/fault.ts";
import { printable } from "../base/text.ts";
import type { Finding } from "./core/finding.ts";
import type { Udeb } from "./core/udeb-index.ts";
import type { Mirror } from "./mirror.ts";

const AT_ONCE = 6;
const SAMPLE = 8; // of each kind

/**
 * Are the listed udebs really there, with the listed size? A mirror whose copy broke off has a whole index
 * over a pool with holes. A sample of the kernel's modules and of what the installer always loads, or with
 * `every` all.
 */
export async function probeUdebs(
  mirror: Mirror,
  { kernelRelease, udebs, every }: { kernelRelease: string; udebs: readonly Udeb[]; every: boolean },
): Promise<Finding> {
  const id = "complete";
  const modules = udebs.filter(({ kernel }) => kernel === kernelRelease);
  const others = udebs.filter(({ kernel, isStandard }) => kernel === undefined && (every || isStandard));
  const all = [...modules, ...others];
  if (all.length === 0) return { id, is: "unknown", says: "There is no udeb to ask for." };
  const asked = every ? all : [...spread(modules, SAMPLE), ...spread(others, SAMPLE)];
  const holes: string[] = [];
  let trouble: string | undefined;
  await inTurns(asked, async (udeb) => {
    try {
      const hole = await holeAt(mirror, udeb);
      if (hole !== undefined) holes.push(hole);
    } catch (error) {
      trouble ??= reason(error);
    }
  });
  if (holes.length > 0) {
    return {
      id,
      is: "fail",
      says:
        `${holes.length} of ${asked.length} udebs are listed and not to be had: ` +
        `${printable(holes.sort().join(", "), 300)}. The installer would fail at the first it needs.`,
      remedy: "Let the mirror finish its copy, or use another with --mirror.",
    };
  }
  if (trouble !== undefined)
    return { id, is: "unknown", says: `Not every udeb could be asked for: ${trouble}.` };
  const rest = asked.length === all.length ? "all" : `a sample of ${all.length}; --every asks for all`;
  return { id, is: "pass", says: `${asked.length} udebs are there with the listed size (${rest}).` };
}

async function holeAt(mirror: Mirror, { name, path, size }: Udeb): Promise<string | undefined> {
  const found = await mirror.head(path);
  if (found === undefined) return name;
  const { length } = found;
  return length === undefined || length === size ? undefined : `${name} (${length} bytes, listed ${size})`;
}

function spread<T>(all: readonly T[], most: number): readonly T[] {
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(most, all.length) }, (_, i) => all[Math.floor(i * step)]!);
}

async function inTurns<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  const turns = Array.from({ length: AT_ONCE }, async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await act(one);
  });
  await Promise.all(turns);
}

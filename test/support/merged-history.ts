import type { Dice } from "./dice.ts";

/**
 * Parents by number of a history of the shape of git.git's: one mainline on which topics of a few commits are
 * merged. A topic forks from where the mainline stood a while ago, now and then from another topic; some
 * merge the mainline back before they are done; a maintenance line of its own is merged all the time.
 * Parents stand before children, a topic right before its merge, the newest commit last.
 */
export function mergedHistory(
  { commits, merges }: { commits: number; merges: number },
  dice: Dice,
): number[][] {
  const parents: number[][] = [[]];
  const mainline = [0];
  let [topic, maintenance] = [0, 0]; // the tips of the last topic and of the maintenance line
  let [merged, left] = [0, commits - merges - 1]; // what is no merge
  const add = (...from: number[]): number => parents.push(from) - 1;
  const topicFrom = (from: number): number => {
    const still = merges - merged;
    let tip = from;
    // at least one commit is left to each further topic; the last one takes what remains
    for (let size = sizeOf(left / still, dice); size > 0 && left >= still; size -= 1) {
      left -= 1;
      tip = add(tip);
    }
    return tip;
  };
  while (merged < merges) {
    const main = mainline.at(-1)!;
    const ago = mainline[Math.max(0, mainline.length - 1 - dice(AGO))]!;
    const kind = dice(20);
    const onMaintenance = kind < 2;
    topic = topicFrom(onMaintenance ? maintenance : kind === 2 ? topic : ago);
    if (kind === 3 && merges - merged > 1 && topic !== main) {
      topic = add(topic, main); // the mainline is merged back
      merged += 1;
    }
    if (onMaintenance) maintenance = topic;
    mainline.push(add(main, topic));
    merged += 1;
  }
  while (left > 0) {
    mainline.push(add(mainline.at(-1)!));
    left -= 1;
  }
  return parents;
}

/** How many merges of the mainline ago a topic may have forked. */
const AGO = 100;

/** At least 1, geometric above it. */
function sizeOf(mean: number, dice: Dice): number {
  let size = 1;
  while (dice(1000) >= 1000 / Math.max(1, mean)) size += 1;
  return size;
}

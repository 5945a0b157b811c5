import { Fault } from "../base/fault.ts";
import type { Bmc, BmcAddress } from "./bmc.ts";
import type { Clock } from "./clock.ts";
import { refused } from "./refusals.ts";

export type ChangeNeeds = { readonly open: (at: BmcAddress) => Bmc; readonly clock: Clock };
/** Which password the BMC takes now; `shortened`: the first 16 characters of the new one. */
export type Kept = "old" | "new" | "shortened";

const BECOMES_VALID_WITHIN_MS = 60_000;
const PAUSE_MS = 2000;

/** IPMI 1.5 kept 16 bytes: OpenIPMI's simulator answers "successful" to 20 and keeps 16 of them. */
export const shortened = (password: string): string => password.slice(0, 16);

/** Sets a new password and logs in with it: what a BMC answers to the change proves nothing. */
export async function changePassword(needs: ChangeNeeds, at: BmcAddress, next: string): Promise<Kept> {
  const bmc = needs.open(at);
  if (bmc.setPassword === undefined) {
    throw new Fault("bmc.cannot", { machine: at.machine, what: "set a password", speaks: bmc.speaks });
  }
  const failure = await bmc.setPassword(at.user, next).then(
    () => undefined,
    (thrown: unknown) => thrown, // its answer may be what was lost: only logging in tells
  );
  await bmc.close?.();
  const kept = await whichWorks(needs, at, next);
  if (kept !== "old") return kept;
  throw failure ?? refused(at, "a new password", "it answers that all is well, and keeps the old one");
}

/** Which of the two logs in, the new one first; a fault when neither does. */
export async function whichWorks(needs: ChangeNeeds, at: BmcAddress, next: string): Promise<Kept> {
  const candidates: readonly (readonly [Kept, string])[] = [
    ["new", next],
    ["shortened", shortened(next)],
    ["old", at.password],
  ];
  for (const [index, [kept, password]] of candidates.entries()) {
    if (candidates.slice(0, index).some(([, tried]) => tried === password)) continue; // lockouts count
    if (await logsIn(needs, { ...at, password })) return kept;
  }
  throw new Fault("bmc.login-refused", at);
}

/** Whether this password is taken; a BMC that does not answer for a while is asked again. */
async function logsIn({ open, clock }: ChangeNeeds, at: BmcAddress): Promise<boolean> {
  const until = clock.now() + BECOMES_VALID_WITHIN_MS;
  for (;;) {
    const bmc = open(at);
    try {
      await bmc.power();
      return true;
    } catch (failure) {
      if (failure instanceof Fault && failure.id === "bmc.login-refused") return false;
      const mayPass =
        failure instanceof Fault && (failure.id === "bmc.unreachable" || failure.id === "bmc.failed");
      if (!mayPass || clock.now() >= until) throw failure;
    } finally {
      await bmc.close?.();
    }
    await clock.pause(PAUSE_MS);
  }
}

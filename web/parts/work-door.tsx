import { useEffect } from "react";
import type { Machine } from "../../src/api/shapes.ts";
import type { Failure } from "../../src/api/table.ts";
import { RescueDialog, WipeDialog } from "./hand-dialogs.tsx";
import { InstallDialog } from "./install-dialog.tsx";
import { useAsked } from "./use-asked.ts";

export type Work = "install" | "rescue" | "wipe";
type Props = {
  machine: Machine;
  work: Work;
  disk?: string | undefined; // chosen already
  close: () => void;
  failed: (failure: Failure) => void;
};

/** Opens the dialog once what there is to choose from is known. */
export function WorkDoor({ machine, work, disk, close, failed }: Props) {
  const choices = useAsked("installChoices", {}).outcome;
  const inventory = useAsked("machineInventory", { name: machine.name }).outcome;
  const refused = [choices, inventory].find((one) => one?.ok === false);
  useEffect(() => {
    if (refused?.ok !== false) return;
    failed(refused.failure);
    close();
  }, [refused, failed, close]);
  if (work === "rescue") return <RescueDialog machine={machine} close={close} />;
  if (!inventory?.ok || !choices?.ok) return null;
  const found = inventory.value.inventory;
  if (work === "wipe") return <WipeDialog {...{ machine, found, close }} first={disk} />;
  return <InstallDialog {...{ machine, found, close }} choices={choices.value} />;
}

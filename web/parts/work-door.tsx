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

export function WorkDoor({ work, ...props }: Props) {
  if (work === "rescue") return <RescueDialog machine={props.machine} close={props.close} />;
  return <OntoDisks {...props} work={work} />;
}

/** Opens the dialog once the disks and what there is to choose from are known. */
function OntoDisks({ machine, work, disk, close, failed }: Props & { work: "install" | "wipe" }) {
  const choices = useAsked("installChoices", {}).outcome;
  const inventory = useAsked("machineInventory", { name: machine.name }).outcome;
  const refused = [choices, inventory].find((one) => one?.ok === false);
  useEffect(() => {
    if (refused?.ok !== false) return;
    failed(refused.failure);
    close();
  }, [refused, failed, close]);
  if (!inventory?.ok || !choices?.ok) return null;
  const found = inventory.value.inventory;
  if (work === "wipe") return <WipeDialog {...{ machine, found, close }} first={disk} />;
  return <InstallDialog {...{ machine, found, close }} choices={choices.value} />;
}

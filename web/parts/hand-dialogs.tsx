import { useState } from "react";
import { whyNot } from "../../src/api/can.ts";
import type { Inventory, Machine } from "../../src/api/shapes.ts";
import type { Question } from "../../src/api/table.ts";
import { call } from "../ask/call.ts";
import { powerWords } from "../core/acts.ts";
import { diskWords, shellWord, typedOf } from "../core/disk-choice.ts";
import { useKept } from "../store.ts";
import { Choice } from "./act-dialog.tsx";
import { Typed } from "./dialog.tsx";
import { DiskChoice } from "./disk-choice.tsx";
import { KeyField } from "./install-dialog.tsx";
import { WorkDialog } from "./work-dialog.tsx";

/** Work of the live hand: a door for one key, and disks that are erased. It boots now, or when the machine asks. */

type Props = { machine: Machine; close: () => void };

export function RescueDialog({ machine, close }: Props) {
  const { name } = machine;
  const [key, setKey] = useKept("rackhand.key", "");
  const when = useWhen(machine);
  return (
    <WorkDialog
      title={`Rescue ${name}`}
      consequence={`Boot the live hand on ${name} and let this key alone in as root, until the next arming. Its disks are not touched. ${when.words}`}
      line={["rackhand", "rescue", name, "--key", "KEY.pub", ...when.flag].join(" ")}
      because={when.because ?? (key.trim() === "" ? "no key is given" : undefined)}
      yes={`Rescue ${name}`}
      isDanger={when.isNow && machine.power !== "off"}
      act={() => call("rescue", { name, key: key.trim(), now: when.isNow })}
      close={close}
    >
      <KeyField value={key} change={setKey} />
      <When {...when} />
    </WorkDialog>
  );
}

type Wish = Question<"wipe">;
const METHODS: readonly (readonly [NonNullable<Wish["method"]>, string])[] = [
  ["auto", "auto: the surest that the disk can"],
  ["blkdiscard", "blkdiscard: discard every block"],
  ["nvme-format", "nvme-format: NVMe's own"],
  ["secure-erase", "secure-erase: ATA's own"],
  ["overwrite", "overwrite: write zeros everywhere"],
];
const READ_BACKS: readonly (readonly [NonNullable<Wish["readBack"]>, string])[] = [
  ["sample", "256 places that were marked"],
  ["all", "every byte (as long as writing it)"],
];

type WipeProps = Props & { found: Inventory | null; first?: string | undefined };

export function WipeDialog({ machine, found, first, close }: WipeProps) {
  const { name } = machine;
  const [chosen, choose] = useState<readonly string[]>(first === undefined ? [] : [first]);
  const [method, setMethod] = useState<Wish["method"]>("auto");
  const [readBack, setReadBack] = useState<Wish["readBack"]>("sample");
  const [typed, setTyped] = useState("");
  const when = useWhen(machine);
  const disks = chosen.map((one) => one.trim()).filter((one) => one !== "");
  const which = disks.map((id) => diskWords(id, found?.disks ?? [])).join(" and ");
  const word = typedOf(disks);
  const lack = () => {
    if (disks.length === 0) return "no disk is chosen";
    return typed.trim() === word ? undefined : `${word} is not typed`;
  };
  const chosenWords = [...disks, "--method", method ?? "auto", "--read-back", readBack ?? "sample"];
  return (
    <WorkDialog
      title={`Wipe disks of ${name}`}
      consequence={`Erase ${which || "the disks that you choose"}: everything on ${disks.length > 1 ? "them" : "it"} is gone, and this cannot be undone. A disk in use is refused. ${when.words}`}
      line={["rackhand", "wipe", name, ...chosenWords.map(shellWord), ...when.flag].join(" ")}
      because={when.because ?? lack()}
      yes={disks.length > 1 ? `Erase ${disks.length} disks` : "Erase the disk"}
      isDanger
      act={() => call("wipe", { name, disks, method, readBack, now: when.isNow })}
      close={close}
    >
      <DiskChoice
        found={found}
        chosen={chosen}
        most={found === null ? 1 : 64}
        choose={(next) => {
          choose(next);
          setTyped("");
        }}
      />
      <Choice
        says="How"
        value={method ?? "auto"}
        options={METHODS}
        choose={(value) => setMethod(value as Wish["method"])}
      />
      <Choice
        says="Read back"
        value={readBack ?? "sample"}
        options={READ_BACKS}
        choose={(value) => setReadBack(value as Wish["readBack"])}
      />
      <When {...when} />
      {disks.length > 0 && <Typed word={word} typed={typed} type={setTyped} />}
    </WorkDialog>
  );
}

/** Now through the BMC, where there is one; else when somebody boots it. */
function useWhen(machine: Machine) {
  const cannot = whyNot("boot", machine);
  const [isNow, setNow] = useState(cannot === undefined);
  const { name } = machine;
  return {
    isNow,
    setNow,
    because: isNow ? cannot : undefined,
    words: isNow
      ? powerWords(machine)
      : `The live hand is armed; ${name} gets it when it next asks the network.`,
    flag: isNow ? ["--now"] : [],
  };
}

const When = ({ isNow, setNow }: ReturnType<typeof useWhen>) => (
  <Choice
    says="When"
    value={isNow ? "now" : "later"}
    options={[
      ["now", "now, through its BMC"],
      ["later", "when it next asks the network"],
    ]}
    choose={(value) => setNow(value === "now")}
  />
);

import { useState } from "react";
import type { Machine } from "../../src/api/shapes.ts";
import { call } from "../ask/call.ts";
import {
  BMC,
  type BmcField,
  bmcChange,
  bmcFields,
  bmcLine,
  bmcOf,
  bmcWords,
  drivenBy,
} from "../core/bmc-draft.ts";
import {
  RECORD,
  type RecordField,
  recordChange,
  recordLine,
  recordOf,
  recordWords,
} from "../core/record-draft.ts";
import { ActDialog } from "./act-dialog.tsx";
import { DraftFields } from "./draft-fields.tsx";

/** What is on record of a machine, and how its BMC is reached: changed here, unless a file or an agent declares it. */

type Props = { machine: Machine; close: () => void; done: () => void };

export function RecordDialog({ machine, close, done }: Props) {
  const { name } = machine;
  const [before] = useState(() => recordOf(machine));
  const [draft, setDraft] = useState(before);
  const both = { before, draft };
  const change = recordChange(both);
  return (
    <ActDialog
      title={`Change ${name}`}
      consequence={recordWords(name, both)}
      line={recordLine(name, both)}
      because={change.ok ? undefined : change.flaw}
      yes={`Change ${name}`}
      isDanger={false}
      act={async () => (change.ok ? call("setMachine", { name, ...change.value }) : undefined)}
      {...{ close, done }}
    >
      <DraftFields
        {...{ fields: RECORD, draft }}
        shown={Object.keys(RECORD) as RecordField[]}
        set={(field, text) => setDraft({ ...draft, [field]: text })}
      />
    </ActDialog>
  );
}

export function BmcDialog({ machine, close, done }: Props) {
  const { name, bmc, declared } = machine;
  const [before] = useState(() => bmcOf(machine));
  const [draft, setDraft] = useState(() => ({ ...before, driver: before.driver || "ipmitool" }));
  const [trustAnew, setTrust] = useState(false);
  const wish = { before, draft, trustAnew };
  const change = bmcChange(machine, wish);
  const set = (field: BmcField, text: string) =>
    setDraft(field === "driver" ? drivenBy(wish, text) : { ...draft, [field]: text });
  const open: readonly BmcField[] = declared?.by === "agent" ? [] : ["password"]; // no file has it
  const fields = (shown: readonly BmcField[]) => <DraftFields {...{ fields: BMC, shown, draft, set }} />;
  return (
    <ActDialog
      title={`How the BMC of ${name} is reached`}
      consequence={bmcWords(machine, wish)}
      line={bmcLine(name, wish)}
      because={change.ok ? undefined : change.flaw}
      yes={bmc === null ? "Put it on record" : "Change it"}
      isDanger={false}
      act={async () => (change.ok ? call("setBmc", { name, ...change.value }) : undefined)}
      {...{ close, done }}
    >
      <fieldset className="declared" disabled={declared !== null}>
        {declared !== null && (
          <legend>
            {declared.by === "file" ? "The file" : "The agent"} <code>{declared.name}</code> declares these:
            they are changed there.
          </legend>
        )}
        {fields(bmcFields(draft).filter((field) => !open.includes(field)))}
      </fieldset>
      {fields(open)}
      {bmc !== null && (
        <label className="disk">
          <input type="checkbox" checked={trustAnew} onChange={(event) => setTrust(event.target.checked)} />
          <span>Forget its certificate and host key: it was replaced or reset</span>
        </label>
      )}
    </ActDialog>
  );
}

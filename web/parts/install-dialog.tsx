import { useState } from "react";
import { whyNot } from "../../src/api/can.ts";
import type { InstallMethod, Inventory, Machine, Preflight } from "../../src/api/shapes.ts";
import { call } from "../ask/call.ts";
import { powerWords, titleOf } from "../core/acts.ts";
import { typedOf } from "../core/disk-choice.ts";
import {
  type Choices,
  consequenceOf,
  type Draft,
  disksWanted,
  lackOf,
  lineOf,
  OWN,
  standsAgainst,
  startOf,
  wishOf,
} from "../core/install-draft.ts";
import { useKept } from "../store.ts";
import { Choice, Field } from "./act-dialog.tsx";
import { Typed } from "./dialog.tsx";
import { DiskChoice } from "./disk-choice.tsx";
import { Looked } from "./looked.tsx";
import { WorkDialog } from "./work-dialog.tsx";

type Props = { machine: Machine; choices: Choices; found: Inventory | null; close: () => void };
type Seen = { readonly of: Draft; readonly preflight: Preflight };

/** What goes onto which disk; it is looked first, and what was looked at stands there before anybody confirms. */
export function InstallDialog({ machine, choices, found, close }: Props) {
  const { name } = machine;
  const [key, keepKey] = useKept("rackhand.key", "");
  const [draft, setDraft] = useState<Draft>(() => ({ ...startOf(choices, "installer"), key }));
  const [seen, setSeen] = useState<Seen>();
  const [despite, setDespite] = useState(false);
  const [typed, setTyped] = useState("");
  const preflight = seen?.of === draft ? seen.preflight : undefined; // a change wants another look
  const wish = wishOf(name, draft);
  const word = typedOf(wish.disks ?? []) || name;
  const stands = preflight && standsAgainst(preflight);
  const notYet = () => {
    if (stands === "mend") return "what stands against it must be mended first";
    if (stands === "overruled" && !despite) return "something stands against it";
    return typed.trim() === word ? undefined : `${word} is not typed`;
  };
  const look = async () => {
    const outcome = await call("preflight", wish);
    if (!outcome.ok) return outcome;
    setSeen({ of: draft, preflight: outcome.value });
    return undefined;
  };
  const install = () => {
    if (draft.method === "imaged") keepKey(draft.key);
    return call("install", { ...wish, despite: despite && stands === "overruled" });
  };
  return (
    <WorkDialog
      title={`Install Debian on ${name}`}
      consequence={`${consequenceOf(name, draft, found?.disks ?? [])} ${powerWords(machine)}`}
      line={lineOf(name, draft, despite && stands === "overruled")}
      because={preflight ? notYet() : (whyNot("boot", machine) ?? lackOf(draft, choices))}
      yes={preflight ? `Install ${titleOf(draft.image)}` : "Look first"}
      isDanger={preflight !== undefined}
      act={preflight ? install : look}
      close={close}
    >
      <DraftFields
        {...{ draft, choices, found }}
        change={(next) => {
          setDraft(next);
          setDespite(false);
          setTyped("");
        }}
      />
      {preflight && <Looked findings={preflight.findings} />}
      {stands === "overruled" && (
        <label className="disk">
          <input type="checkbox" checked={despite} onChange={(event) => setDespite(event.target.checked)} />
          <span>Go on although this speaks against it</span>
        </label>
      )}
      {preflight && stands !== "mend" && <Typed word={word} typed={typed} type={setTyped} isFirst />}
    </WorkDialog>
  );
}

const METHODS: readonly (readonly [InstallMethod, string])[] = [
  ["installer", "installer: Debian's own, told by a profile or by a person"],
  ["imaged", "imaged: the live hand unpacks Debian onto the disk"],
];

type FieldsProps = {
  draft: Draft;
  choices: Choices;
  found: Inventory | null;
  change: (draft: Draft) => void;
};

function DraftFields({ draft, choices, found, change }: FieldsProps) {
  const { method, image, disks } = draft;
  const set = (over: Partial<Draft>) => {
    const next = { ...draft, ...over };
    change({ ...next, disks: next.disks.slice(-disksWanted(next, choices).most) });
  };
  const here = choices.methods.find((one) => one.method === method)?.images ?? [];
  const images = here.includes(image) ? here : [image, ...here];
  const { most } = disksWanted(draft, choices);
  return (
    <>
      <Choice
        says="Method"
        value={method}
        options={METHODS}
        choose={(value) => change(startOf(choices, value as InstallMethod, draft))}
      />
      <Choice
        says="Image"
        value={image}
        options={images.map((one) => [one, here.includes(one) ? one : `${one} (not here)`])}
        choose={(value) => set({ image: value })}
      />
      {method === "installer" ? (
        <Answers draft={draft} profiles={choices.profiles} set={set} />
      ) : (
        <Imaged draft={draft} recipes={choices.recipes} set={set} />
      )}
      {most > 0 && <DiskChoice {...{ found, most }} chosen={disks} choose={(next) => set({ disks: next })} />}
    </>
  );
}

type PartProps = { draft: Draft; set: (over: Partial<Draft>) => void };

function Answers({ draft, profiles, set }: PartProps & { profiles: readonly string[] }) {
  const options = [
    ["", "nobody's: a person answers on the console"],
    ...profiles.map((one) => [one, `the profile ${one}`] as const),
    [OWN, "a preseed file of my own"],
  ] as const;
  const read = async (file: File | undefined) =>
    set({ preseed: file && { file: file.name, text: await file.text() } });
  return (
    <>
      <Choice
        says="Answers"
        value={draft.answers}
        options={options}
        choose={(answers) => set({ answers, preseed: undefined })}
      />
      {draft.answers === OWN && (
        <Field says="Preseed">
          <input type="file" onChange={(event) => void read(event.target.files?.[0])} />
        </Field>
      )}
    </>
  );
}

function Imaged({ draft, recipes, set }: PartProps & { recipes: Choices["recipes"] }) {
  return (
    <>
      <Choice
        says="Recipe"
        value={draft.recipe}
        options={recipes.map(({ name, disks }) => [
          name,
          `${name}, on ${disks === 1 ? "one disk" : "two disks"}`,
        ])}
        choose={(recipe) => set({ recipe })}
      />
      <KeyField value={draft.key} change={(key) => set({ key })} />
      <Field says="User">
        <input
          value={draft.user}
          placeholder="root"
          maxLength={31}
          autoComplete="off"
          onChange={(event) => set({ user: event.target.value })}
        />
      </Field>
    </>
  );
}

/** A public key is no secret: it is kept in this browser for the next time. */
export function KeyField({ value, change }: { value: string; change: (key: string) => void }) {
  return (
    <Field says="Public key">
      <textarea
        rows={2}
        value={value}
        placeholder="ssh-ed25519 AAAA… (the line of your .pub file)"
        spellCheck={false}
        onChange={(event) => change(event.target.value)}
      />
    </Field>
  );
}

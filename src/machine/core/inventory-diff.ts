import type { DeclaredMachine, InventoryChange, Machine } from "../../api/shapes.ts";

/** A machine as it stands on record, as far as a file may say it. */
export type OnRecord = DeclaredMachine & Pick<Machine, "declared">;
export type Wanted = {
  readonly file: string;
  readonly machines: readonly DeclaredMachine[];
  readonly letGo: boolean; // the file declares nothing any more; what it declared stays
};
export type Verdict =
  | { readonly ok: true; readonly changes: readonly InventoryChange[] }
  | { readonly ok: false; readonly why: string };

/** What must change for the record to be as the file says. Twice the same file changes nothing. */
export function inventoryDiff({ file, machines, letGo }: Wanted, record: readonly OnRecord[]): Verdict {
  const mine = record.filter(({ declared }) => declared?.by === "file" && declared.name === file);
  if (letGo) return { ok: true, changes: mine.map(({ name }) => ({ name, does: "let go", fields: [] })) };
  const clash = clashOf(file, machines, record);
  if (clash !== undefined) return { ok: false, why: clash };
  const before = new Map(record.map((one) => [one.name, one]));
  const wanted = new Set(machines.map(({ name }) => name));
  const gone = mine.filter(({ name }) => !wanted.has(name));
  return {
    ok: true,
    changes: [
      ...machines.flatMap((one) => changeOf(file, one, before.get(one.name))),
      ...gone.map(({ name }): InventoryChange => ({ name, does: "remove", fields: [] })),
    ],
  };
}

/** What another file or an agent declares is not this file's to say; nor is another machine's address. */
function clashOf(
  file: string,
  machines: readonly DeclaredMachine[],
  record: readonly OnRecord[],
): string | undefined {
  const before = new Map(record.map((one) => [one.name, one]));
  const wanted = new Set(machines.map(({ name }) => name));
  const owners = new Map(
    record
      .filter(
        ({ name, declared }) => !wanted.has(name) && !(declared?.by === "file" && declared.name === file),
      )
      .flatMap(({ name, macs }) => macs.map((mac) => [mac, name] as const)),
  );
  for (const { name, macs } of machines) {
    const declared = before.get(name)?.declared ?? null;
    if (declared?.by === "agent") return `${name} comes with the agent ${declared.name}`;
    if (declared !== null && declared.name !== file) return `${name} is declared in ${declared.name} already`;
    const taken = macs.find((mac) => owners.has(mac));
    if (taken !== undefined) return `${taken} of ${name} is the address of ${owners.get(taken)}`;
  }
  return undefined;
}

function changeOf(file: string, wanted: DeclaredMachine, now: OnRecord | undefined): InventoryChange[] {
  const { name } = wanted;
  if (now === undefined) return [{ name, does: "add", fields: differing({}, fieldsOf(wanted)) }];
  const fields = differing(fieldsOf(now), fieldsOf(wanted));
  if (now.declared === null) fields.push({ field: "declared in", from: "", to: file });
  return fields.length === 0 ? [] : [{ name, does: "change", fields }];
}

type Fields = Readonly<Record<string, string>>;

function differing(from: Fields, to: Fields): InventoryChange["fields"] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return names.flatMap((field) => {
    const change = { field, from: from[field] ?? "", to: to[field] ?? "" };
    return change.from === change.to ? [] : [change];
  });
}

function fieldsOf({
  macs,
  firmware,
  serial,
  redirected,
  loader,
  segment,
  labels,
  bmc,
}: DeclaredMachine): Fields {
  const { address, port, user, driver, console, consolePort, commands } = bmc ?? {};
  const reached = bmc && {
    address,
    port,
    user,
    driver: driver ?? "ipmitool",
    console,
    consolePort,
    commands,
  };
  return {
    ...{ macs: macs.join(", "), firmware, serial, redirected: `${redirected}`, loader, segment },
    ...Object.fromEntries(Object.entries(labels).map(([key, value]) => [`label ${key}`, value || "(empty)"])),
    ...Object.fromEntries(
      Object.entries(reached ?? {}).flatMap(([key, value]) =>
        value === undefined ? [] : [[`bmc ${key}`, `${value}`]],
      ),
    ),
  };
}

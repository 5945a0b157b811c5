import type { ReactNode } from "react";

type Row = { readonly key: string; readonly cells: readonly ReactNode[] };

/** Rows whose first cell names them. On a narrow screen one of many columns stands as lines that say what they are. */
export function PlainTable({ columns, rows }: { columns: readonly string[]; rows: readonly Row[] }) {
  const [first, ...rest] = columns;
  return (
    <table className={columns.length > 3 ? "plain stacks" : "plain"}>
      <thead>
        <tr>
          {[first, ...rest].map((says) => (
            <th key={says} scope="col">
              {says}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells: [name, ...cells] }) => (
          <tr key={key}>
            <th scope="row">{name}</th>
            {cells.map((cell, at) => (
              <td key={rest[at]} data-says={rest[at]}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

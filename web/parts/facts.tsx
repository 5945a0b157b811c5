import { printable } from "../../src/base/text.ts";

/** What something is, name by name. */
export function Facts({ facts }: { facts: Readonly<Record<string, string>> }) {
  return (
    <dl className="list">
      {Object.entries(facts).map(([name, value]) => (
        <div key={name}>
          <dt>{printable(name, 60)}</dt>
          <dd>{printable(value, 300)}</dd>
        </div>
      ))}
    </dl>
  );
}

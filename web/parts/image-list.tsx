import { useEffect, useState } from "react";
import type { Image } from "../../src/api/shapes.ts";
import type { Failure } from "../../src/api/table.ts";
import { printable } from "../../src/base/text.ts";
import { call } from "../ask/call.ts";
import { ageWords, builtAt } from "../core/age.ts";
import { Link } from "../router.tsx";
import { useNow, useWorld } from "../store.ts";
import { CommandLine } from "./command-line.tsx";
import { Failed } from "./failed.tsx";
import { LastCheck } from "./last-check.tsx";
import { useImages } from "./use-images.ts";

/** What can be booted: how old it is, whether it fits its mirror, and who is armed with it. */
export function ImageList({ failed }: { failed: (failure: Failure) => void }) {
  const { images, ask } = useImages();
  useEffect(() => {
    document.title = "Images · Rackhand";
  }, []);
  if (images === undefined) return <p className="waiting">Reading the images…</p>;
  if (!images.ok)
    return (
      <section className="empty">
        <h1>The images cannot be read</h1>
        <Failed failure={images.failure} ask={ask} />
      </section>
    );
  if (images.value.images.length === 0)
    return (
      <section className="empty">
        <h1>No image is on this machine yet</h1>
        <p>Debian's own package brings the Debian 12 installer:</p>
        <CommandLine line="apt-get install debian-installer-12-netboot-amd64" />
        <p>This fetches and verifies the one of Debian 13 as well:</p>
        <CommandLine line="rackhand image pull debian-13" />
      </section>
    );
  return (
    <section className="images" aria-label="Images">
      <div className="bar">
        <h1>Images</h1>
        <span className="dim">{images.value.images.length}</span>
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">Image</th>
            <th scope="col">Release</th>
            <th scope="col">Build</th>
            <th scope="col">Kernel</th>
            <th scope="col">Last check</th>
            <th scope="col">Used by</th>
            <th scope="col">Generation</th>
            <th scope="col">Act</th>
          </tr>
        </thead>
        <tbody>
          {images.value.images.map((image) => (
            <ImageRow key={`${image.name} ${image.arch}`} image={image} checked={ask} failed={failed} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

type RowProps = { image: Image; checked: () => void; failed: (failure: Failure) => void };

function ImageRow({ image, checked, failed }: RowProps) {
  const { name, release, suite, arch, build, kernelRelease, check, kind, root, loaders } = image;
  const now = useNow(60_000);
  const built = builtAt(build);
  return (
    <tr>
      <th scope="row" className="machine-name">
        {printable(name, 60)}
      </th>
      <td data-says="Release">
        {release ?? "own"} <span className="dim">{[suite, arch].filter(Boolean).join(", ")}</span>
      </td>
      <td data-says="Build">
        {build ?? "none"} {built !== undefined && <span className="dim">{ageWords(built, now)}</span>}
      </td>
      <td data-says="Kernel">
        <code>{kernelRelease ?? "not told"}</code>
        {loaders !== null && (
          <span className="dim">
            {" "}
            GRUB {loaders.grub ?? "unknown"}
            {loaders.of !== name && ` of ${loaders.of}`}
          </span>
        )}
      </td>
      <td data-says="Last check">
        {kind === "kernel" ? "by checksum, when armed" : <LastCheck check={check} />}
      </td>
      <td data-says="Used by">
        <Users image={name} />
      </td>
      <td data-says="Generation" className="root">
        <code>{printable(root, 200)}</code>
      </td>
      <td>{kind === "installer" && <CheckNow name={name} checked={checked} failed={failed} />}</td>
    </tr>
  );
}

const MOST_USERS = 4;

/** Machines that are armed with it: who boots into what the check says. */
function Users({ image }: { image: string }) {
  const { machines } = useWorld();
  const users = [...(machines?.values() ?? [])].filter(
    ({ plan }) => plan?.image === image && plan.state === "armed",
  );
  if (users.length === 0) return <span className="dim">nobody armed</span>;
  return (
    <>
      {users.slice(0, MOST_USERS).map(({ name }, at) => (
        <span key={name}>
          {at > 0 && ", "}
          <Link to={{ at: "machine", name }}>{name}</Link>
        </span>
      ))}
      {users.length > MOST_USERS && ` and ${users.length - MOST_USERS} more`}
    </>
  );
}

function CheckNow({ name, checked, failed }: { name: string } & Omit<RowProps, "image">) {
  const [isUnderWay, setUnderWay] = useState(false);
  const check = async () => {
    setUnderWay(true);
    const outcome = await call("checkImage", { name });
    setUnderWay(false);
    if (outcome.ok) checked();
    else failed(outcome.failure);
  };
  return (
    <button
      type="button"
      className="quiet"
      aria-disabled={isUnderWay}
      title={`rackhand image check ${name}`}
      onClick={() => !isUnderWay && void check()}
    >
      {isUnderWay ? "Checking…" : "Check now"}
      <span className="unseen"> {name}</span>
    </button>
  );
}

import { useEffect, useState } from "react";
import type { Answer } from "../../src/api/table.ts";
import { call, type Outcome } from "../ask/call.ts";
import { useWorld } from "../store.ts";
import { CommandLine } from "./command-line.tsx";
import { LastCheck } from "./last-check.tsx";
import { Shape } from "./shape.tsx";

type Images = Outcome<Answer<"listImages">>;

/** The images on the service's machine; asked anew when the service comes back. */
export function useImages(): Images | undefined {
  const [images, setImages] = useState<Images>();
  const isLive = useWorld().link.is === "live";
  useEffect(() => {
    if (!isLive) return;
    const asking = new AbortController();
    void call("listImages", {}, asking.signal).then((outcome) => {
      if (!asking.signal.aborted) setImages(outcome);
    });
    return () => asking.abort();
  }, [isLive]);
  return images;
}

export function ImageList() {
  const images = useImages();
  useEffect(() => {
    document.title = "Images · Rackhand";
  }, []);
  if (images === undefined) return <p className="waiting">Reading the images…</p>;
  if (!images.ok)
    return (
      <section className="empty" role="alert">
        <h1 className="state-word">
          <Shape look="bad" /> {images.failure.says}
        </h1>
        <p>{images.failure.remedy}</p>
        <p className="dim">
          <code>{images.failure.id}</code>
        </p>
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
            <th scope="col">Architecture</th>
            <th scope="col">Build</th>
            <th scope="col">Kernel</th>
            <th scope="col">Last check</th>
            <th scope="col">Directory</th>
          </tr>
        </thead>
        <tbody>
          {images.value.images.map((image) => (
            <tr key={image.name}>
              <th scope="row" className="machine-name">
                {image.name}
              </th>
              <td data-says="Release">
                {image.release} <span className="dim">{image.suite}</span>
              </td>
              <td data-says="Architecture">{image.arch}</td>
              <td data-says="Build">{image.build}</td>
              <td data-says="Kernel">
                <code>{image.kernelRelease}</code>
              </td>
              <td data-says="Last check">
                {image.kind === "kernel" ? "by checksum, when armed" : <LastCheck check={image.check} />}
              </td>
              <td data-says="Directory">
                <code>{image.root}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

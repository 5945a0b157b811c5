/** A picture of ours as an image: whatever stands in it, nothing of it runs. */
export function Picture({ svg, says }: { svg: string; says: string }) {
  return (
    <div className="picture">
      <img alt={says} src={`data:image/svg+xml,${encodeURIComponent(svg)}`} />
    </div>
  );
}

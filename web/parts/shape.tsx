import type { PowerState } from "../../src/api/shapes.ts";
import type { Look } from "../core/look.ts";

/** One shape a look, told apart without colour: disc, half disc, diamond, triangle, ring, broken ring. */
export function Shape({ look }: { look: Look }) {
  return (
    <svg className={`shape ${look}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {DRAWN[look]}
    </svg>
  );
}

const ring = { fill: "none", stroke: "currentColor", strokeWidth: 2 } as const;
const DRAWN = {
  good: <circle cx="8" cy="8" r="5" fill="currentColor" />,
  busy: (
    <>
      <circle cx="8" cy="8" r="4.5" {...ring} />
      <path d="M8 3.5a4.5 4.5 0 0 1 0 9z" fill="currentColor" />
    </>
  ),
  asks: <path d="M8 1.8 14.2 8 8 14.2 1.8 8z" fill="currentColor" />,
  bad: (
    <>
      <path d="M8 1.6 15 14H1z" fill="currentColor" />
      <path d="M8 6v4M8 11.3v1.4" stroke="var(--ground)" strokeWidth="1.6" />
    </>
  ),
  off: <circle cx="8" cy="8" r="4.5" {...ring} />,
  unknown: <circle cx="8" cy="8" r="4.5" {...ring} strokeDasharray="2.4 2.3" />,
} as const;

/** IEC 60417: a bar for on, a circle for off. Without colour: power on says nothing about being well. */
export function PowerShape({ power }: { power: PowerState }) {
  if (power === "unknown") return <Shape look="unknown" />;
  return (
    <svg className="shape off" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {power === "on" ? <path d="M8 3v10" {...ring} /> : DRAWN.off}
    </svg>
  );
}

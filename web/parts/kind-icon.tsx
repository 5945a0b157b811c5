import type { TimelineEvent } from "../../src/api/shapes.ts";

type Kind = TimelineEvent["kind"];
export type Tone = "plain" | "warn" | "bad" | "mark";

const TONES: { readonly [kind in Kind]?: Tone } = {
  "dhcp.silent": "warn",
  "dhcp.flaw": "warn",
  "dhcp.other-server": "bad",
  "dhcp.in-use": "bad",
  "dhcp.flood": "warn",
  "tftp.refused": "warn",
  "http.refused": "warn",
  "mirror.refused": "warn",
  "mirror.stale": "warn",
  "mirror.unkept": "warn",
  "check.failed": "bad",
  "console.lost": "warn",
  "agent.lost": "warn",
  "console.sighting": "mark",
  "image.checked": "warn",
  "image.failed": "bad",
  "plan.armed": "mark",
  fault: "bad",
};
export const toneOf = (kind: Kind): Tone => TONES[kind] ?? "plain";

/** A small drawing for each room that sees things; the tone only tints it. */
export function KindIcon({ kind }: { kind: Kind }) {
  return (
    <svg className={`kind ${toneOf(kind)}`} viewBox="0 0 16 16" width="16" height="16" role="img">
      <title>{kind}</title>
      <path
        d={DRAWN[kind.split(".")[0] as keyof typeof DRAWN]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

const DRAWN = {
  image: "M2.5 3.5h11v9h-11zM2.5 6.5h11M5 5h.01",
  dhcp: "M2 5h10M9 2l3 3-3 3M14 11H4M7 8l-3 3 3 3", // there and back
  ra: "M8 13V8M4.5 9.5a5 5 0 1 1 7 0M6.5 11.5h3", // a beacon
  tftp: "M8 2v8M4.5 7 8 10.5 11.5 7M3 13.5h10", // a file comes down
  http: "M8 2v8M4.5 7 8 10.5 11.5 7M3 13.5h10",
  mirror: "M8 1.5v13M5.5 4 2 12h3.5zM10.5 4l3.5 8h-3.5z", // one side as the other
  plan: "M4 14V2l8 3.5L4 9", // a flag
  power: "M8 2v6M4.6 4.4a5 5 0 1 0 6.8 0",
  "boot-device": "M2.5 4h11v8h-11zM5 9.5h3", // a disk
  console: "M2 3h12v10H2zM4.5 6l2 2-2 2M8.5 10h3",
  agent: "M8 2.5v3M3.5 13v-3h9v3M8 5.5V10",
  fault: "M8 2 14.5 13.5h-13zM8 6.5v3M8 11.4v.2",
} as const;

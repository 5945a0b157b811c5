import { useState } from "react";
import { bootDevice } from "../../src/api/bmc-shapes.ts";
import { bootWords } from "../../src/api/bmc-words.ts";
import { whyNot } from "../../src/api/can.ts";
import type { Machine } from "../../src/api/shapes.ts";
import type { Failure, Question } from "../../src/api/table.ts";
import { printable } from "../../src/base/text.ts";
import { call } from "../ask/call.ts";
import { shellWord } from "../core/disk-choice.ts";
import { ActRow } from "./act-row.tsx";
import { Aspect } from "./aspect.tsx";
import { CommandLine } from "./command-line.tsx";
import { useAsked } from "./use-asked.ts";

type Props = { machine: Machine; failed: (failure: Failure) => void };
type Wish = Question<"setBootDevice">;

const SAYS: Readonly<Record<Wish["device"], string>> = {
  none: "none: as its firmware is set",
  pxe: "pxe: the network",
  http: "http: a URL, by UEFI",
  disk: "disk",
  cdrom: "cdrom",
  bios: "bios: its setup",
};

/** What the BMC tells the machine to start from; setting it starts nothing. */
export function StartFrom({ machine, failed }: Props) {
  const { name, bmc } = machine;
  const asked = useAsked("readBootDevice", { name });
  const [device, setDevice] = useState<Wish["device"]>("pxe");
  const [lasts, setLasts] = useState<"once" | "always">("once");
  const [uri, setUri] = useState("");
  const wantsUri = device === "http" && bmc?.driver === "redfish";
  const words = [name, device, lasts === "once" ? "--once" : "--persistent"];
  const line = [...words, ...(wantsUri && uri !== "" ? ["--uri", uri] : [])].map(shellWord).join(" ");
  return (
    <Aspect title="Starts from" line={`rackhand machine boot-device ${name}`} asked={asked} isBrief>
      {(found) => (
        <>
          <p role="status">
            {name} {printable(bootWords(found), 300)}.
          </p>
          <ActRow
            label="Set it"
            line={`rackhand machine boot-device ${line}`}
            because={whyNot("boot", machine)}
            act={() => call("setBootDevice", { name, device, lasts, ...(wantsUri && uri !== "" && { uri }) })}
            done={asked.ask}
            failed={failed}
          >
            <select
              aria-label="Start from"
              value={device}
              onChange={(event) => setDevice(bootDevice.parse(event.target.value))}
            >
              {bootDevice.options.map((one) => (
                <option key={one} value={one}>
                  {SAYS[one]}
                </option>
              ))}
            </select>
            <select
              aria-label="How long"
              value={lasts}
              onChange={(event) => setLasts(event.target.value === "always" ? "always" : "once")}
            >
              <option value="once">at the next start</option>
              <option value="always">at every start</option>
            </select>
            {wantsUri && (
              <input
                aria-label="URL to start from"
                placeholder="http://…/grubx64.efi"
                value={uri}
                onChange={(event) => setUri(event.target.value)}
              />
            )}
          </ActRow>
        </>
      )}
    </Aspect>
  );
}

/** An image that the BMC itself fetches and shows to the machine as a CD; a thing of Redfish. */
export function VirtualDisc({ machine, failed }: Props) {
  const { name, bmc } = machine;
  const [url, setUrl] = useState("");
  const [says, setSays] = useState("");
  const driver = bmc?.driver ?? "ipmitool";
  const cannot =
    driver === "redfish" ? whyNot("boot", machine) : `it wants Redfish, and this BMC is reached by ${driver}`;
  const lack = URL.canParse(url) ? undefined : "no URL is given";
  return (
    <section className="aspect told brief" aria-label="Virtual disc">
      <div className="bar">
        <h2>Virtual disc</h2>
      </div>
      {cannot !== undefined && (
        <>
          <p className="because">Not now: {cannot}.</p>
          <CommandLine line={`rackhand machine media ${name} insert URL`} />
        </>
      )}
      {cannot === undefined && (
        <>
          <ActRow
            label="Insert"
            line={`rackhand machine media ${name} insert ${shellWord(url || "URL")}`}
            because={lack}
            act={() => call("setMedia", { name, url })}
            done={(answer) => setSays(answer.says)}
            failed={failed}
          >
            <input
              aria-label="URL of the disc's image"
              placeholder="http://…/rescue.iso"
              value={url}
              onChange={(event) => setUrl(event.target.value)}
            />
          </ActRow>
          <ActRow
            label="Eject"
            line={`rackhand machine media ${name} eject`}
            act={() => call("setMedia", { name, url: null })}
            done={(answer) => setSays(answer.says)}
            failed={failed}
          />
        </>
      )}
      <p role="status">{printable(says, 300)}</p>
    </section>
  );
}

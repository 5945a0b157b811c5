import { expect, test } from "vitest";
import {
  type Entry,
  enter,
  FIRST_ENTRY,
  isPrompt,
  readSmashPower,
  refusalIn,
  sshTroubleOf,
} from "./smash-says.ts";

/** The session of the project's field notes: a Supermicro board of 2014. */
const BANNER =
  "\r\nATEN SMASH-CLP System Management Shell, version 1.05\r\nAll Rights Reserved \r\n\r\n\r\n-> ";
const FIRST = "/system1/sol1\r\n\r\npress <Enter>, <Esc>, and then <T> to terminate session\r\n";
const SECOND = "(press the keys in sequence, one after the other)\r\n";

test("a prompt is the arrow at the end, of ATEN's, Insyde's and HP's shells alike", () => {
  expect(isPrompt(BANNER)).toBe(true);
  expect(isPrompt("</>hpiLO-> ")).toBe(true);
  expect(isPrompt(`${BANNER}cd`)).toBe(false);
  expect(isPrompt("a -> b\r\n")).toBe(false);
});

test("power is the service's PowerState, not that the service is enabled", () => {
  expect(readSmashPower("EnabledState=Enabled\r\n PowerState=6\r\n")).toEqual({ ok: true, value: "off" });
  expect(readSmashPower("    PowerState = 1\r\n")).toEqual({ ok: true, value: "on" });
  expect(readSmashPower("enabledstate=enabled\r\n")).toEqual({ ok: true, value: "on" });
  expect(readSmashPower("PowerState=3\r\n").ok).toBe(false);
  expect(readSmashPower("").ok).toBe(false);
});

test("a refusal is the line that says so", () => {
  expect(refusalIn("/system1\r\nInvalid option\r\n-> ")).toBe("Invalid option");
  expect(refusalIn("/system1/pwrmgtsvc1\r\nreset done...\r\n-> ")).toBeUndefined();
  expect(refusalIn("status=2\r\nstatus_tag=COMMAND PROCESSING FAILED\r\n")).toBe("status=2");
  expect(refusalIn("status=0\r\n")).toBeUndefined();
});

test.each([
  ["both lines", FIRST + SECOND],
  ["the first line alone", FIRST],
])("what follows %s is the machine's, wherever it is cut", (_, opening) => {
  const stream = `${opening}Loading (press F2)`;
  for (let cut = 0; cut <= stream.length; cut += 1) {
    let entry: Entry = FIRST_ENTRY;
    let said = "";
    for (const piece of [stream.slice(0, cut), stream.slice(cut)]) {
      const [mine, then] = enter(piece, entry);
      said += mine;
      entry = then;
    }

    expect(said, `cut at ${cut}`).toBe("Loading (press F2)");
  }
});

test("why ssh ended is told by its words", () => {
  const changed = "The fingerprint for the ED25519 key sent by the remote host is\nSHA256:AbC+/1.\nPlease";

  expect(sshTroubleOf(changed)).toEqual({ is: "changed", why: "SHA256:AbC+/1" });
  expect(sshTroubleOf("ADMIN@h: Permission denied (password).\r\n").is).toBe("login-refused");
  expect(sshTroubleOf("ssh: connect to host 10.0.0.1 port 22: Connection refused\r\n").is).toBe(
    "unreachable",
  );
  expect(sshTroubleOf("").why).toBe("ssh ended without a word");
});

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Command, Host } from "../../src/host/host.ts";

type Make = () => Promise<{ host: Host; place: string }>;

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
const within = { withinMs: 20_000 };
const sh = (script: string, more: Partial<Command> = {}): Command => ({
  argv: ["sh", "-c", script],
  ...within,
  ...more,
});

/** Processes of this machine (the host over ssh is this one, too) that still have a word in their command line. */
function running(word: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "latin1");
        const state = /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))?.[1];
        return line.includes(word) && state !== "Z" ? [line.replaceAll("\0", " ")] : [];
      } catch {
        return []; // it ended while we looked
      }
    });
}

let numbers = 7_000_000 + (process.pid % 1000) * 100;
/** A number of seconds that nobody else sleeps, to find a process by. */
const long = () => `${++numbers}`;

/** What every host promises, wherever it is. */
export function hostConformance(kind: string, make: Make): void {
  const promise = (says: string, keep: (host: Host, place: string) => Promise<void>) =>
    test(`${kind}: ${says}`, async () => {
      const { host, place } = await make();
      await keep(host, place);
    });

  promise("both streams arrive as they were said, byte for byte", async (host) => {
    const ran = await host.run(sh("printf 'a\\000\\001b\\n\\n'; printf '\\377complaint' >&2"));

    expect(ran.end).toEqual({ is: "exit", status: 0 });
    expect(Buffer.from(ran.stdout)).toEqual(Buffer.from("a\0\x01b\n\n", "latin1"));
    expect(Buffer.from(ran.stderr)).toEqual(Buffer.from("\xffcomplaint", "latin1"));
  });

  promise("every exit status is the command's own, 255 too", async (host) => {
    for (const status of [1, 2, 127, 254, 255]) {
      expect((await host.run(sh(`exit ${status}`))).end).toEqual({ is: "exit", status });
    }
  });

  promise("a command that a signal ends says which", async (host) => {
    expect((await host.run(sh("kill -SEGV $$"))).end).toEqual({ is: "signal", signal: "SIGSEGV" });
  });

  promise("words reach the program as they are, whatever shells make of them", async (host) => {
    const words = [
      "",
      " ",
      "a b",
      "'",
      '"',
      "\\",
      "\\\\",
      "!x",
      "$HOME",
      "`id`",
      "*",
      "~",
      "a\nb",
      "-n",
      "ü→",
      ";",
    ];

    const ran = await host.run({ argv: ["printf", "%s|", ...words], ...within });

    expect(text(ran.stdout)).toBe(words.map((word) => `${word}|`).join(""));
  });

  promise("input arrives whole and ends", async (host) => {
    const input = Buffer.alloc(300_000, "0123456789abcdef\n");

    const ran = await host.run({ argv: ["cat"], input, ...within });

    expect(Buffer.from(ran.stdout).equals(input)).toBe(true);
  });

  promise("a command that reads no input is not stopped by what was given", async (host) => {
    const ran = await host.run(sh("exit 3", { input: Buffer.alloc(1 << 20) }));

    expect(ran.end).toEqual({ is: "exit", status: 3 });
  });

  promise("directory and environment are the command's", async (host, place) => {
    const ran = await host.run(sh('pwd; echo "$A-$B"', { cwd: place, env: { A: "it's", B: "x y" } }));

    expect(text(ran.stdout)).toBe(`${place}\nit's-x y\n`);
  });

  promise("a program or a directory that is not there ends as 127", async (host, place) => {
    const none = { argv: ["no-such-program"], ...within } as const;

    const [program, directory] = [await host.run(none), await host.run(sh(":", { cwd: `${place}/none` }))];

    expect([program.end, directory.end]).toEqual(Array(2).fill({ is: "exit", status: 127 }));
    expect(text(program.stderr)).toContain("no-such-program");
  });

  promise("who says too much is ended and cut, with what was said until then", async (host) => {
    const ran = await host.run(sh("yes", { mostBytes: 5000 }));

    expect(ran.end).toEqual({ is: "cut" });
    expect(ran.stdout.length).toBe(5000);
  });

  promise("who is late is ended there with all its children, and keeps what was said", async (host) => {
    const one = long();

    const ran = await host.run(sh(`echo first; sleep ${one} & sleep ${one}`, { withinMs: 1500 }));

    expect(ran.end).toEqual({ is: "late" });
    expect(text(ran.stdout)).toBe("first\n");
    await expect.poll(() => running(one)).toEqual([]);
  });

  promise("who is called off is ended there with all its children", async (host) => {
    const one = long();
    const callOff = new AbortController();
    const asked = host.run(sh(`sleep ${one} & sleep ${one}`, { signal: callOff.signal }));
    asked.catch(() => {});
    await expect.poll(() => running(one).length).toBeGreaterThan(1);

    callOff.abort(new Error("called off"));

    await expect(asked).rejects.toThrow("called off");
    await expect.poll(() => running(one)).toEqual([]);
  });

  promise("output is heard as it comes", async (host) => {
    const callOff = new AbortController();
    const heard: string[] = [];
    const asked = host.run(
      sh(`echo now; sleep ${long()}`, {
        signal: callOff.signal,
        heard: (bytes, from) => {
          heard.push(`${from}: ${text(bytes)}`);
          callOff.abort(new Error("enough"));
        },
      }),
    );

    await expect(asked).rejects.toThrow("enough");
    expect(heard).toEqual(["stdout: now\n"]);
  });

  promise("ten commands at once each get their own answer, and nothing of them stays", async (host) => {
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, i) => host.run({ argv: ["echo", `${i}`], ...within })),
    );

    expect(all.map(({ stdout }) => text(stdout))).toEqual(Array.from({ length: 10 }, (_, i) => `${i}\n`));
  });
}

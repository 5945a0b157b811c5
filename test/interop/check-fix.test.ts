import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { checkHost } from "../../src/check/check-hosts.ts";
import { declaredRule } from "../../src/check/core/declared-rule.ts";
import type { Rule, Step } from "../../src/check/core/rule.ts";
import { type FixWish, fixHost, proposeFixes } from "../../src/check/fix-host.ts";
import { listKept, undoHost } from "../../src/check/undo-host.ts";
import { noNamespaces, ownPlaces } from "../support/own-places.ts";
import type { Places } from "../support/places.ts";

vi.setConfig({ testTimeout: 180_000 }); // each asks a whole script of a host, some start the program five times
const PROGRAM = join(import.meta.dirname, "../../dist/program/rackhand.js");
const FILE = "/etc/rackhand-test";
/** A rule of an operator's: the file says good. */
const goodFile = (steps: readonly Step[], more: Partial<Rule> = {}): Rule => ({
  ...declaredRule({
    ...{
      id: "good-file",
      says: "s",
      because: "b",
      run: `head -n 1 ${FILE}`,
      healthy: "^good$",
      remedy: "Say good.",
    },
  }),
  remedy: () => ({ say: "Say good.", steps }),
  ...more,
});
const wishOf = (rule: Rule, more: Partial<FixWish> = {}): FixWish => ({
  ...{ rules: [rule], mayAsk: false, now: Date.now, owner: "anna@ops since 2026-11-29T10:00:00Z" },
  ...more,
});
const undoing = { force: false, owner: "anna@ops" };

describe.skipIf(noNamespaces !== undefined)(
  `mending${noNamespaces === undefined ? "" : `: ${noNamespaces}`}`,
  () => {
    let it: Places;
    beforeEach(async () => {
      it = await ownPlaces();
    });
    afterEach(() => it.end());

    const propose = async (rule: Rule) => {
      const { findings, facts } = await checkHost(it.host, wishOf(rule));
      const failing = findings
        .filter(({ verdict }) => verdict.is === "fail")
        .map((finding) => ({ rule, finding }));
      return proposeFixes(it.host, failing, facts!);
    };
    const mend = async (rule: Rule, more: Partial<FixWish> = {}) => {
      const [proposal] = await propose(rule);
      return fixHost(it.host, proposal!, wishOf(rule, more));
    };
    /** Content, owner, mode, times and ACL of all that is there. */
    const stateOf = (path: string, times = true) =>
      it.sh(`if [ -e ${path} ]; then find ${path} -printf '%p %U %G %m ${times ? "%T@ " : ""}%l\\n' | sort
      find ${path} -type f -exec sha256sum {} + | sort; find ${path} -print0 | sort -z | xargs -0 getfacl -Pnp; else echo none; fi`);
    const rackhand = (words: string) =>
      it.sh(`"${process.execPath}" "${PROGRAM}" ${words} || echo "exit $?"`);
    /** What was kept of this host, the oldest first. */
    const keptRuns = async () =>
      (await it.sh("cat /var/lib/rackhand/checks/runs/here.jsonl"))
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
    const leavings = () => it.sh(`ls -A /etc | grep '^\\.rackhand' || :; ls /run | grep rackhand || :`);

    test("a file is shown as a diff, written with its owner and mode, and restored byte for byte", async () => {
      await it.sh(
        `printf 'bad\\377\\0x' >${FILE}; chown 3:4 ${FILE}; chmod 640 ${FILE}; setfacl -m g:5:r ${FILE}`,
      );
      const before = await stateOf(FILE);
      const rule = goodFile([{ write: FILE, content: "good\n" }]);

      const [proposal] = await propose(rule);
      const fixed = await fixHost(it.host, proposal!, wishOf(rule));
      const between = await it.sh(
        `cat ${FILE}; stat -c '%u %g %a' ${FILE}; getfacl -cnp ${FILE} | grep group:5`,
      );
      const undone = await undoHost(it.host, fixed.id!, undoing);

      expect(proposal!.plan).toMatchObject({ preview: expect.arrayContaining(["+good"]) });
      expect(fixed).toMatchObject({ is: "fixed", finding: { verdict: { is: "pass" } } });
      expect(between).toBe("good\n3 4 640\ngroup:5:r--\n");
      expect(undone).toEqual({ is: "undone" });
      expect(await stateOf(FILE)).toBe(before);
      expect(await leavings()).toBe("");
    });

    test("a file that was not there is made, and removed on the way back; twice back is as once", async () => {
      const rule = goodFile([{ write: FILE, content: "good\n", mode: "600" }]);

      const fixed = await mend(rule);
      const [mode, again] = [await it.sh(`stat -c %a ${FILE}`), await propose(rule)];
      const undone = [
        await undoHost(it.host, fixed.id!, undoing),
        await undoHost(it.host, fixed.id!, undoing),
      ];

      expect([mode, again]).toEqual(["600\n", []]);
      expect(undone).toEqual([{ is: "undone" }, { is: "already" }]);
      expect(await stateOf(FILE)).toBe("none\n");
      expect(await listKept(it.host)).toMatchObject([
        { id: fixed.id, state: "undone", who: expect.stringContaining("anna") },
      ]);
    });

    test("a file is edited, and removed", async () => {
      await it.sh(`echo bad >${FILE}; echo x >${FILE}-2`);
      const rule = goodFile([
        { edit: FILE, by: (content) => content.replace("bad", "good") },
        { write: `${FILE}-2`, content: null },
      ]);

      const fixed = await mend(rule);
      const between = await it.sh(`cat ${FILE}; ls /etc | grep -c rackhand-test`);
      await undoHost(it.host, fixed.id!, undoing);

      expect(between).toBe("good\n1\n");
      expect(await it.sh(`cat ${FILE} ${FILE}-2`)).toBe("bad\nx\n");
    });

    test("what does not help is taken back at once, and so is what fails half way", async () => {
      await it.sh(`echo bad >${FILE}`);
      const before = await stateOf(FILE);

      const useless = await mend(goodFile([{ write: FILE, content: "better\n" }]));
      const half = await mend(
        goodFile([
          { write: FILE, content: "good\n" },
          { run: "echo no such luck >&2; exit 7", keeps: [], undo: "" },
        ]),
      );

      expect([useless.is, useless.trouble!.says]).toEqual([
        "undone",
        expect.stringContaining("did not help"),
      ]);
      expect([half.is, half.trouble!.says]).toEqual([
        "undone",
        expect.stringMatching(/ended with 7: no such luck/),
      ]);
      expect(await stateOf(FILE)).toBe(before);
      expect(await leavings()).toBe("");
    });

    test("what was run is led back by its own command too", async () => {
      await it.sh(`echo bad >${FILE}; echo 1 >/run/live`);
      const rule = goodFile([
        { run: `echo 2 >/run/live; echo good >${FILE}`, keeps: [FILE], undo: "echo 1 >/run/live" },
      ]);

      const fixed = await mend(rule);
      const between = await it.sh("cat /run/live");
      await undoHost(it.host, fixed.id!, undoing);

      expect([between, await it.sh(`cat /run/live ${FILE}`)]).toEqual(["2\n", "1\nbad\n"]);
    });

    test("a command that keeps no file is led back by its own alone", async () => {
      await it.sh(`echo bad >${FILE}`);
      const step = { run: `echo good >${FILE}`, keeps: [], undo: `echo bad >${FILE}` };

      const fixed = await mend(goodFile([step]));
      const undone = await undoHost(it.host, fixed.id!, undoing);

      expect([undone, await it.sh(`cat ${FILE}`)]).toEqual([{ is: "undone" }, "bad\n"]);
    });

    test("what somebody has changed since is shown and stays, until --force", async () => {
      await it.sh(`echo bad >${FILE}`);
      const fixed = await mend(goodFile([{ write: FILE, content: "good\n" }]));
      await it.sh(`echo mine >>${FILE}`);

      const refused = await undoHost(it.host, fixed.id!, undoing);
      const kept = await it.sh(`cat ${FILE}`);
      const forced = await undoHost(it.host, fixed.id!, { ...undoing, force: true });

      expect(refused).toMatchObject({ is: "refused", trouble: { id: "check.undo-changed" } });
      expect(refused).toMatchObject({ diff: expect.arrayContaining(["+mine"]) });
      expect([kept, forced.is, await it.sh(`cat ${FILE}`)]).toEqual(["good\nmine\n", "undone", "bad\n"]);
    });

    test("another owner or mode counts as changed", async () => {
      await it.sh(`echo bad >${FILE}`);
      const fixed = await mend(goodFile([{ write: FILE, content: "good\n" }]));
      await it.sh(`chmod 600 ${FILE}`);

      expect(await undoHost(it.host, fixed.id!, undoing)).toMatchObject({ is: "refused" });
    });

    test("a link is left to a person, whether it was one before or became one after the question", async () => {
      await it.sh(`echo bad >/etc/elsewhere; ln -s elsewhere ${FILE}`);
      const rule = goodFile([{ write: FILE, content: "good\n" }]);
      const linked = await mend(rule);
      const kept = await mend(goodFile([{ run: `echo good >${FILE}`, keeps: [FILE] }]));
      await it.sh(`rm ${FILE}; echo bad >${FILE}`);
      const [proposal] = await propose(rule);
      await it.sh(`rm ${FILE}; ln -s elsewhere ${FILE}`);

      const late = await fixHost(it.host, proposal!, wishOf(rule));

      expect([linked, kept, late].map(({ is }) => is)).toEqual(["refused", "refused", "refused"]);
      for (const { trouble } of [linked, kept, late]) expect(trouble!.says).toContain("behind a link");
      expect(await it.sh("cat /etc/elsewhere")).toBe("bad\n");
      expect(await leavings()).toBe("");
    });

    test("what is not as it was shown is not written over", async () => {
      await it.sh(`echo bad >${FILE}`);
      const rule = goodFile([{ write: FILE, content: "good\n" }]);
      const [proposal] = await propose(rule);
      await it.sh(`echo worse >${FILE}`);

      const fixed = await fixHost(it.host, proposal!, wishOf(rule));

      expect([fixed.is, fixed.trouble!.says]).toEqual([
        "undone",
        expect.stringContaining("not as it was shown"),
      ]);
      expect(await it.sh(`cat ${FILE}`)).toBe("worse\n");
    });

    test("quotes, spaces and lines' ends in a path are part of it", async () => {
      const odd = '/etc/it\'s "$(touch owned)"\n`x`';
      const rule = goodFile([
        { write: odd, content: "x" },
        { write: FILE, content: "good\n" },
      ]);

      const fixed = await mend(rule);
      const there = await it.sh("ls -Q /etc | grep it");
      await undoHost(it.host, fixed.id!, undoing);

      expect([fixed.is, there]).toEqual(["fixed", expect.stringContaining("$(touch owned)")]);
      expect(await it.sh('ls -Q /etc | grep -e owned -e "it\'s" || :')).toBe("");
    });

    test("while another mends the host, it is told who, since when, and whether that is likely over", async () => {
      await it.sh(
        `echo bad >${FILE}; mkdir /run/rackhand.lock; echo bob@ops since noon >/run/rackhand.lock/owner`,
      );
      const rule = goodFile([{ write: FILE, content: "good\n" }]);

      const young = await mend(rule);
      await it.sh("touch -d '2 hours ago' /run/rackhand.lock");
      const old = await mend(rule);

      expect(young).toMatchObject({ is: "refused", trouble: { id: "check.locked" } });
      expect(young.trouble!.says).toContain("bob@ops since noon,");
      expect(old.trouble!.says).toContain("120 minutes ago, so most likely nobody");
      expect(await it.sh(`cat ${FILE}; ls /run/rackhand.lock; ls /var/lib/rackhand`)).toBe("bad\nowner\n");
    });

    test("without room for what is kept, nothing is changed", async () => {
      await it.sh(
        `{ echo bad; head -c 1000000 /dev/urandom; } >${FILE}; head -c 3700000 /dev/zero >/var/lib/rackhand/full`,
      );
      const before = await stateOf(FILE);

      const fixed = await mend(goodFile([{ run: `echo good >${FILE}`, keeps: [FILE] }]));

      expect([fixed.is, fixed.trouble!.says]).toEqual([
        "refused",
        expect.stringMatching(/No space left|no room/),
      ]);
      expect([await stateOf(FILE), await leavings()]).toEqual([before, ""]);
      expect(await it.sh("ls /var/lib/rackhand/undo")).toBe("");
    });

    test("without room for the file itself, the old one stays whole", async () => {
      const small = "/etc/small";
      await it.sh(`mkdir ${small}; mount -t tmpfs -o size=64k own ${small}; echo old >${small}/f`);
      const rule = goodFile([{ write: `${small}/f`, content: "x".repeat(200_000) }]);

      const fixed = await mend(rule);

      expect([fixed.is, fixed.trouble!.says]).toEqual([
        "undone",
        expect.stringContaining("could not be written"),
      ]);
      expect(await it.sh(`cat ${small}/f; ls -A ${small}`)).toBe("old\nf\n");
    });

    test("a root that is read-only is told, and nothing was changed", async () => {
      await it.sh(`echo bad >${FILE}; mount -o remount,ro /var/lib/rackhand`);

      const fixed = await mend(goodFile([{ write: FILE, content: "good\n" }]));

      expect([fixed.is, fixed.trouble!.says]).toEqual([
        "refused",
        expect.stringContaining("Read-only file system"),
      ]);
      expect(await it.sh(`cat ${FILE}; ls /run | grep rackhand || :`)).toBe("bad\n");
    });

    test("called off while the rule looks again, it is taken back", async () => {
      await it.sh(`echo bad >${FILE}`);
      const stop = new AbortController();
      const rule = goodFile([{ write: FILE, content: "good\n" }]);
      const [proposal] = await propose(rule);
      const host = {
        ...it.host,
        run: (command: Parameters<typeof it.host.run>[0]) => {
          stop.abort();
          return it.host.run(command);
        },
      };

      const early = await fixHost(host, proposal!, wishOf(rule, { signal: AbortSignal.abort() }));
      const late = await fixHost(host, proposal!, wishOf(rule, { signal: stop.signal }));

      expect([early.is, late.is]).toEqual(["refused", "undone"]);
      expect([await it.sh(`cat ${FILE}`), await leavings()]).toEqual(["bad\n", ""]);
    });

    test("rights of a directory's files go back, whatever came or went in between", async () => {
      const tree = "/var/log/tree";
      await it.sh(`mkdir -p ${tree}/in; cd ${tree}; echo a >a; echo b >in/b; echo c >in/gone; ln -s /etc/passwd l
      chown 3:4 in/b; chmod 600 in/b; setfacl -m g:5:r a; setfacl -d -m g:6:rx in; echo "odd
 name" >"in/x
y"; chmod 604 "in/x
y"`);
      const before = await stateOf(tree, false);
      const rule = goodFile([
        {
          run: `chmod -R 777 ${tree}; chown -R 7:8 ${tree}; setfacl -R -b -k ${tree}; setfacl -m g:9:r ${tree}/in/b; echo good >${FILE}`,
          keeps: [tree, FILE],
        },
      ]);

      const fixed = await mend(rule);
      await it.sh(`rm ${tree}/in/gone; echo new >${tree}/new; echo more >>${tree}/a`);
      await undoHost(it.host, fixed.id!, undoing);

      expect(await it.sh(`cat ${tree}/a; ls ${tree}/in/gone 2>&1 || :; stat -c %u /etc/passwd`)).toMatch(
        /^a\nmore\n.*No such file.*\n0\n$/s,
      );
      await it.sh(
        `echo a >${tree}/a; rm ${tree}/new; echo c >${tree}/in/gone; setfacl -b ${tree}/in/gone; chmod 644 ${tree}/in/gone`,
      );
      expect(await stateOf(tree, false)).toBe(before);
    });

    test("the command line shows, does nothing unless agreed, mends, lists, takes back", async () => {
      const rule = { id: "good-file", says: "s", because: "b", run: `cat ${FILE}`, healthy: "^good$" };
      const steps = [{ write: FILE, content: "good\n" }];
      await it.sh(`mkdir /run/rules; echo bad >${FILE}; cat >/run/rules/good-file.json <<'E'
${JSON.stringify({ ...rule, remedy: "Say good.", steps })}
E`);
      const fix = "check --local --rules /run/rules --rule good-file --fix";

      const [alone, kept] = [await rackhand(`${fix} 2>&1`), await it.sh(`cat ${FILE}`)];
      const [{ fixes }] = JSON.parse(await rackhand(`${fix} --yes --json`));
      const [again, list] = [await rackhand(`${fix} --yes`), await rackhand("check undo --list --local")];
      const back = await rackhand(`check undo ${fixes[0].id} --local`);
      const fleet = await rackhand("check fleet");

      expect(alone).toContain("-bad\n");
      expect(alone).toMatch(/nobody is here to agree.*exit 2\n$/s);
      expect([kept, fixes]).toEqual(["bad\n", [expect.objectContaining({ is: "fixed", rule: "good-file" })]]);
      expect(again).toMatch(/^ {2}pass +good-file$/m);
      expect(list).toMatch(/^ {2}good-file-\S+ +fixed +\S+@\S+ since 2/m);
      expect([back, await it.sh(`cat ${FILE}`)]).toEqual([expect.stringContaining("is taken back"), "bad\n"]);
      expect(fleet).toMatch(
        /^0 failures on 0 of 1 .*took back by \S+ \(good-file-\S+\)\n.*good-file mended by \S+ \(good-file-\S+\)$/ms,
      );
      const runs = await keptRuns();
      expect(runs.map(({ known }) => known["good-file"].is)).toEqual([
        ...["fail", "fail", "pass", "pass"],
        "unknown", // a rule of somebody's own is not asked again
      ]);
      expect(runs.at(-1).acts).toEqual(
        ["mended", "took back"].map((did) => ({
          ...{ did, rule: "good-file", id: fixes[0].id, by: expect.stringMatching(/./) },
          at: expect.any(Number),
        })),
      );
    });
  },
);

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkHost } from "../../src/check/check-hosts.ts";
import { declaredRule } from "../../src/check/core/declared-rule.ts";
import type { HostResult } from "../../src/check/core/judge-host.ts";
import type { Rule } from "../../src/check/core/rule.ts";
import { loadRules } from "../../src/check/load-rules.ts";
import { here } from "../../src/host/here.ts";
import type { Host } from "../../src/host/host.ts";
import { overSsh } from "../../src/host/over-ssh.ts";
import { type SshServer, startSshServer } from "../support/ssh-server.ts";
import { noSshd } from "../support/sshd.ts";

const why = noSshd === undefined ? "" : ` (skipped: ${noSshd})`;
/** Calls that change something on the host; opening to write is looked at apart. */
const CHANGES =
  "creat,mkdir,mkdirat,unlink,unlinkat,rmdir,rename,renameat,renameat2,link,linkat,symlink,symlinkat,chmod,fchmod,fchmodat," +
  "chown,fchown,lchown,fchownat,truncate,ftruncate,utime,utimes,utimensat,setxattr,lsetxattr,fsetxattr,removexattr,mknod," +
  "mknodat,mount,umount2,settimeofday,clock_settime,init_module,finit_module,delete_module,reboot,swapon,swapoff,sethostname";
/** Devices that one asks by writing, and what is nobody's. */
const HARMLESS = /"\/dev\/(null|tty|zero|ipmi\d|mapper\/control|stderr|stdout)"/;

const place = mkdtempSync(join(tmpdir(), "rackhand-states-"));
const states = join(place, "states");
/** All of them ask and judge, whatever this machine is. */
const rules: Rule[] = (await loadRules()).map((rule) => ({ ...rule, applies: () => true }));
const declared = (id: string, run: string, healthy: string) =>
  declaredRule({ ...{ id, says: "s", because: "b", remedy: "r" }, run, healthy });

/** What the same machine is like for whoever logs in by that name. */
const STATES = {
  plain: `exec sh -c "$SSH_ORIGINAL_COMMAND"`,
  "read-only": `exec unshare --mount sh -c 'mount -o remount,bind,ro / && exec sh -c "$SSH_ORIGINAL_COMMAND"'`,
  full: `exec unshare --mount sh -c '
for d in /tmp /var/tmp /dev/shm; do mount -t tmpfs -o size=256k,mode=1777 full $d; done
mkdir -p /tmp/e/u /tmp/e/w /tmp/v/u /tmp/v/w
mount -t overlay -o lowerdir=/etc,upperdir=/tmp/e/u,workdir=/tmp/e/w full /etc
mount -t overlay -o lowerdir=/var/lib,upperdir=/tmp/v/u,workdir=/tmp/v/w full /var/lib
for d in /tmp /var/tmp /dev/shm; do head -c 1000000 /dev/zero >$d/all 2>/dev/null; done
exec sh -c "$SSH_ORIGINAL_COMMAND"'`,
  nobody: `cd /; exec setpriv --reuid 65534 --regid 65534 --clear-groups sh -c "$SSH_ORIGINAL_COMMAND"`,
  foreign: `LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8 LANGUAGE=tr:de GREP_OPTIONS=-v POSIXLY_CORRECT=1 CDPATH=/ ENV=/etc/passwd
export LC_ALL LANG LANGUAGE GREP_OPTIONS POSIXLY_CORRECT CDPATH ENV; exec sh -c "$SSH_ORIGINAL_COMMAND"`,
  noisy: `printf 'Welcome \\033[31m\\001\\n\\n > apt-keys\\n'; printf '\\n = 0\\n\\377\\000' >&2; exec sh -c "$SSH_ORIGINAL_COMMAND"`,
  busybox: `exec unshare --mount sh -c '
mount -t tmpfs small /mnt; mkdir /mnt/bin /mnt/proc /mnt/dev /mnt/etc /mnt/tmp
for f in /bin/busybox $(ldd /bin/busybox | grep -o "/[^ ]*"); do mkdir -p /mnt/\${f%/*}; cp -L $f /mnt/$f; done
for a in $(busybox --list); do ln -s busybox /mnt/bin/$a 2>/dev/null; done
mount -t proc proc /mnt/proc; mount --bind /dev /mnt/dev
cp -L /etc/resolv.conf /mnt/etc; exec chroot /mnt /bin/sh -c "$SSH_ORIGINAL_COMMAND"'`,
} as const;

describe.skipIf(noSshd !== undefined)(
  `hosts in odd states, asked by all rules${why}`,
  { timeout: 120_000 },
  () => {
    let server: SshServer;
    const check = async (state: keyof typeof STATES, asked = rules): Promise<HostResult> => {
      const host = overSsh(`one-${state}`, { config: server.config });
      const result = await checkHost(host, { rules: asked, mayAsk: false, now: Date.now });
      await host.close();
      return result;
    };
    const answers = ({ findings }: HostResult) =>
      findings.map(({ rule, verdict }) => `${rule} ${verdict.is}`);
    const becauses = ({ findings }: HostResult) =>
      findings.flatMap(({ verdict }) => ("because" in verdict ? [verdict.because] : []));
    const newFails = (got: HostResult) =>
      answers(got).filter((one) => one.endsWith(" fail") && !plain.includes(one));
    let plain: string[];

    beforeAll(async () => {
      const cases = Object.entries(STATES).map(([name, script]) => `  ${name}) ${script} ;;`);
      writeFileSync(states, `case $STATE in\n${cases.join("\n")}\nesac\n`);
      server = await startSshServer(["AcceptEnv STATE", `ForceCommand . ${states}`]);
      const known = readFileSync(server.config, "utf8");
      const hosts = Object.keys(STATES).map((name) => `Host one-${name}\n  SetEnv STATE=${name}\n`);
      writeFileSync(server.config, `${hosts.join("")}${known}`);
      plain = answers(await check("plain"));
    });
    afterAll(async () => {
      await server?.stop();
      rmSync(place, { recursive: true });
    });

    test.each(["read-only", "full", "foreign", "noisy"] as const)(
      "one that is %s answers each rule as it does else",
      async (state) => {
        const proof = {
          "read-only": declared("proof", "touch /rackhand-was-here 2>&1", "Read-only file system"),
          full: declared("proof", "for d in /tmp /etc; do seq 9999 >$d/x; done 2>&1", "No space left"),
          foreign: declared(
            "proof",
            "echo $LC_ALL-$LANGUAGE-$CDPATH-$ENV; cat /none 2>&1",
            "^C---$[^]*No such file",
          ),
          noisy: declared("proof", "echo fine", "^fine$"),
        }[state];

        const got = await check(state, [...rules, proof]);

        const full = (one: string) =>
          state === "full" ? one.replace(/^tmp-memory .*/, "tmp-memory fail") : one;
        expect(answers(got)).toEqual([...plain.map(full), "proof pass"]);
      },
    );

    test("without root's rights what cannot be seen is told, and nothing fails that does not fail for root", async () => {
      const got = await check("nobody");

      expect(got.facts!.uid).toBe(65534);
      expect(newFails(got)).toEqual([]);
      expect(becauses(got).filter((because) => /only root|root may|wants root/.test(because))).not.toEqual(
        [],
      );
    });

    test("where there is nothing but busybox, each rule answers and none breaks", async () => {
      const got = await check("busybox", [
        ...rules,
        declared("proof", "ls -l /bin/sed; bash -c :", "busybox"),
      ]);

      expect(answers(got)).toHaveLength(rules.length + 1);
      expect(answers(got).at(-1)).toBe("proof unknown"); // there is no bash
      expect(becauses(got).filter((because) => /rule itself|in time|is read|was over/.test(because))).toEqual(
        [],
      );
      expect(newFails(got)).toEqual([]);
    });
  },
);

test.skipIf(!existsSync("/usr/bin/strace"))(
  "no probe changes anything, whatever was consented to: every call of every rule's programs is watched",
  { timeout: 180_000 },
  async () => {
    const log = join(mkdtempSync(join(tmpdir(), "rackhand-strace-")), "log");
    const own = here("watched");
    const strace = [
      "strace",
      "-f",
      "--seccomp-bpf",
      "-qq",
      "-o",
      log,
      "-e",
      `trace=open,openat,${CHANGES}`,
    ] as const;
    const watched: Host = { ...own, run: (it) => own.run({ ...it, argv: [...strace, ...it.argv] }) };
    const guilty = declared("guilty", `mkdir ${log}.made; echo 1 >${log}.written`, "");

    const { trouble } = await checkHost(watched, {
      ...{ rules: [...rules, guilty], now: Date.now },
      ...{ mayAsk: true, mayTry: true },
    });

    const calls = readFileSync(log, "utf8").split("\n");
    const changes = calls.filter((call) =>
      /\bopen(at)?\(/.test(call)
        ? /O_(WRONLY|RDWR|CREAT|TRUNC)/.test(call) && !HARMLESS.test(call)
        : /^\d+ +\w+\(/.test(call),
    );
    rmSync(dirname(log), { recursive: true });
    expect(trouble).toBeUndefined();
    expect(calls.length).toBeGreaterThan(1000);
    expect(changes.filter((call) => call.includes(log))).toHaveLength(2); // who is guilty is seen
    expect(changes.filter((call) => !call.includes(log))).toEqual([]);
  },
);

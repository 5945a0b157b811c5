import type { Rule } from "../rule.ts";

export const dpkgFinished: Rule = {
  id: "dpkg-finished",
  says: "Every package is either installed wholly or not at all",
  because:
    "an upgrade that was cut off leaves packages unpacked and not configured: services run old code, and each later apt run fails",
  sources: ["dpkg(1), --audit and --configure", "Release notes for Debian 13, 4.5: Upgrading packages"],
  applies: ({ packages }) => Object.keys(packages).length > 0 || "there is no dpkg",
  probe: {
    withinMs: 2000,
    run: `dpkg-query -W -f '\${db:Status-Status} \${db:Status-Eflag} \${Package}\\n' | grep -v -e '^installed ok' -e '^config-files ok' -e '^not-installed ok'
echo looked`,
  },
  judge({ out }) {
    const lines = out.split("\n").filter((line) => line !== "");
    if (lines.pop() !== "looked") return { is: "unknown", because: "dpkg's database could not be read" };
    if (lines.length === 0) return { is: "pass" };
    const names = lines.map((line) => line.split(" ")[2] ?? line);
    const cause = lines.some((line) => line.includes(" reinstreq ")) ? "reinstall-required" : "half-done";
    return {
      is: "fail",
      cause,
      found: `${lines.length} packages are half done: ${names.slice(0, 5).join(", ")}`,
      evidence: lines.slice(0, 20),
    };
  },
  remedy: ({ out }) => {
    const names = [...out.matchAll(/^\S+ reinstreq (\S+)$/gm)].map(([, name]) => name).join(" ");
    const again =
      `\`apt-get install --reinstall ${names}\`; where no source has it any more, \`dpkg -i\` its file, ` +
      `or \`dpkg --remove --force-remove-reinstreq ${names}\`. Then run `;
    return {
      say: `${names === "" ? "Run " : again}\`dpkg --configure -a\`, then \`apt-get --fix-broken install\`, and read what they ask.`,
      steps: [], // what it configures may ask questions and restart services: for a person
    };
  },
};

import { expect, test } from "vitest";
import { type Disk, shellWord, toggled } from "./disk-choice.ts";
import {
  type Choices,
  consequenceOf,
  type Draft,
  disksWanted,
  lackOf,
  lineOf,
  OWN,
  standsAgainst,
  startOf,
  wishOf,
} from "./install-draft.ts";

const CHOICES: Choices = {
  methods: [
    { method: "installer", images: ["debian-12", "debian-13"], usual: "debian-12" },
    { method: "imaged", images: ["debian-12"], usual: "debian-13" },
  ],
  profiles: ["web"],
  recipes: [
    { name: "plain", disks: 1 },
    { name: "raid1-lvm", disks: 2 },
  ],
};
const draft = (method: Draft["method"], over: Partial<Draft> = {}): Draft => ({
  ...startOf(CHOICES, method),
  ...over,
});
const DISK: Disk = {
  ...{ name: "sda", model: null, serial: "S3Z8", wwn: null, bytes: 480_103_981_056, blockBytes: 512 },
  ...{ kind: "ssd", transport: "sata", removable: false, holds: [] },
  health: { is: "good", says: "SMART: passed" },
};

test("a method begins with its usual image where that is here, else with one that is", () => {
  expect([draft("installer").image, draft("imaged").image]).toEqual(["debian-12", "debian-12"]);
});

test("an imaged install lacks its disks, then its key; the installer alone lacks nothing", () => {
  const two = draft("imaged", { recipe: "raid1-lvm" });

  expect(lackOf(draft("installer"), CHOICES)).toBeUndefined();
  expect(lackOf(draft("installer", { answers: OWN }), CHOICES)).toBe("no preseed file is chosen");
  expect(lackOf({ ...two, disks: ["S3Z8", " "] }, CHOICES)).toBe("2 disks are wanted, 1 chosen");
  expect(lackOf({ ...two, disks: ["S3Z8", "S3Z9"] }, CHOICES)).toContain("public key");
  expect(lackOf({ ...two, disks: ["S3Z8", "S3Z9"], key: "ssh-ed25519 AAAA" }, CHOICES)).toBeUndefined();
});

test("only what belongs to the method is asked for, and the terminal's line says the same", () => {
  const both = { disks: ["S3Z8"], key: " ssh-ed25519 AAAA \n", user: "anna", answers: "web" };

  expect(wishOf("m1", draft("installer", both))).toEqual({
    ...{ name: "m1", method: "installer", image: "debian-12", disks: ["S3Z8"], profile: "web" },
  });
  expect(wishOf("m1", draft("imaged", both))).toEqual({
    ...{ name: "m1", method: "imaged", image: "debian-12", disks: ["S3Z8"], recipe: "plain" },
    ...{ keys: ["ssh-ed25519 AAAA"], user: "anna" },
  });
  expect(wishOf("m1", draft("installer", { disks: ["S3Z8"] })).disks).toEqual([]);
  expect(lineOf("m1", draft("installer", both), true)).toBe(
    "rackhand install m1 --image debian-12 --profile web --disk S3Z8 --despite --watch",
  );
  expect(lineOf("m1", draft("imaged", { ...both, disks: ["S3 Z8"] }), false)).toBe(
    "rackhand install m1 --image debian-12 --method imaged --recipe plain --disk 'S3 Z8' --key KEY.pub --user anna --watch",
  );
});

test("the consequence names each disk that is erased, by what a hand saw of it where one looked", () => {
  const of = (over: Partial<Draft>) => consequenceOf("m1", draft("imaged", over), [DISK]);

  expect(of({ disks: ["S3Z8"] })).toBe("Install Debian 12 on sda, 480.1 GB, serial S3Z8: this erases it.");
  expect(of({ disks: ["S3Z8", "X"] })).toMatch(/serial S3Z8 and serial X: this erases both\.$/);
  expect(consequenceOf("m1", draft("installer"), [])).toContain("nothing is erased before");
  expect(disksWanted(draft("installer"), CHOICES).most).toBe(0); // nobody is told of it
});

test("what stands against it may be overruled only when every single finding may be", () => {
  const looked = (...findings: { is: "fail" | "pass"; overrule?: boolean }[]) =>
    standsAgainst({
      ...{ image: "debian-12", overall: "fail" },
      findings: findings.map((one) => ({ id: "x", says: "x", ...one })),
    });

  expect(looked({ is: "pass" })).toBe("nothing");
  expect(looked({ is: "fail", overrule: true }, { is: "pass" })).toBe("overruled");
  expect(looked({ is: "fail", overrule: true }, { is: "fail" })).toBe("mend");
});

test("beyond as many disks as it takes the first that was chosen gives way", () => {
  expect(toggled(["a"], "b", 1)).toEqual(["b"]);
  expect(toggled(["a"], "b", 2)).toEqual(["a", "b"]);
  expect(toggled(["a", "b"], "a", 2)).toEqual(["b"]);
  expect(shellWord("it's")).toBe("'it'\\''s'");
});

import { expect, test } from "vitest";
import type { KnownMachine } from "../api/agent.ts";
import type { Ipv4 } from "../base/ipv4.ts";
import { readMac } from "../base/mac.ts";
import { must } from "../base/read.ts";
import { BootFiles } from "./boot-files.ts";

const [M1, M2] = ["52:54:00:7a:00:01", "52:54:00:7a:00:02"].map((text) => must(readMac(text)));
const address = "10.77.0.100" as Ipv4;
const machine = (mac: string, plan: KnownMachine["plan"]): KnownMachine => ({
  ...{ name: "m", macs: [mac], firmware: "bios", serial: "ttyS0,115200n8", redirected: true, loader: "auto" },
  ...{ bmc: null, plan },
});
const armed = (image: string, kind: "installer" | "kernel" | "live" = "installer") =>
  ({ id: 1, kind, image, state: "armed", by: "ann", at: 0 }) as const;

/** Images whose only rendered file tells for whom it was rendered. */
function setUp(machines: Record<string, KnownMachine> = {}) {
  const generation = { of: "1" };
  const clock = { now: 0 };
  const opened: string[] = [];
  const files = new BootFiles({
    open: async (image, arch) => {
      if (image === "nosuch") throw new Error("it is not here");
      opened.push(image);
      const root = `/images/${image}/${generation.of}${arch === "amd64" ? "" : arch}`;
      return {
        root,
        generation: `${image} ${generation.of}`,
        isHand: image === "live",
        ...(image.startsWith("kernel") ? { files: new Set(["linux"]) } : {}),
        isLast: (path) => path === "linux",
        render: ({ choice, words }) =>
          new Map([["menu", Buffer.from([image, JSON.stringify(choice), ...words].join(" "))]]),
      };
    },
    generationOf: async (image) => `${image} ${generation.of}`,
    loadersOf: async (image, arch) => `/loaders/of/${image}/${arch}`,
    machineOf: (mac) => machines[mac],
    base: () => "http://10.77.0.1/",
    standard: "debian-12",
    unknown: "menu",
    privateFiles: {
      pathFor: ({ preseed }) => preseed && "private/t/preseed.cfg",
      answer: (_, path) => ({ is: "missing", because: `private ${path}` }),
    },
    handPathFor: ({ plan }) => (plan?.kind === "live" ? "private/h/" : undefined),
    now: () => clock.now,
  });
  const ask = async (mac: typeof M1, path: string) => {
    const answer = await files.answer({ mac: mac!, address }, path);
    return answer.is === "bytes" ? Buffer.from(answer.bytes).toString() : answer;
  };
  return { files, ask, generation, clock, opened };
}

test("the path tells of which architecture the image is wanted", async () => {
  const { ask } = setUp();
  const [kernel, loader] = ["debian-installer/amd64/linux", "debian-installer/arm64/grubaa64.efi"];

  expect(await ask(M1, kernel)).toEqual({ is: "file", root: "/images/debian-12/1", path: kernel });
  expect(await ask(M1, loader)).toEqual({ is: "file", root: "/loaders/of/debian-12/arm64", path: loader });
});

test("UEFI's loaders come from where the image's loaders do, its kernel and its menu from itself", async () => {
  const { ask } = setUp({
    [M1!]: machine(M1!, armed("debian-12")),
    [M2!]: machine(M2!, armed("kernel-1", "kernel")),
  });
  const own = "debian-installer/amd64/initrd.gz";

  for (const file of [
    "bootnetx64.efi",
    "/grubx64.efi",
    "grubx64.efi",
    "grub/x86_64-efi/net.mod",
    "grub/font.pf2",
  ]) {
    const path = `debian-installer/amd64/${file}`;
    const plain = path.replace("//", "/");
    const loader = { is: "file", root: "/loaders/of/debian-12/amd64", path: plain };
    expect(await ask(M1, path)).toEqual(loader);
    expect(await ask(M2, path)).toEqual(loader);
  }
  for (const path of [own, "debian-installer/amd64/grub/grub.cfg", "pxelinux.0"])
    expect(await ask(M1, path)).toEqual({ is: "file", root: "/images/debian-12/1", path });
});

test("the same path is another file for another machine", async () => {
  const { ask } = setUp({ [M1!]: machine(M1!, armed("debian-13")) });

  expect(await ask(M1, "menu")).toBe('debian-13 {"entry":"install","afterSeconds":1}');
  expect(await ask(M2, "menu")).toBe('debian-12 {"stay":true}');
  expect(await ask(M1, "linux")).toEqual({ is: "file", root: "/images/debian-13/1", path: "linux" });
});

test("our live hand is told whom to ask and by which card; a live system of the user's own is not", async () => {
  const { ask } = setUp({
    [M1!]: machine(M1!, armed("live", "live")),
    [M2!]: machine(M2!, armed("kernel-rescue", "live")),
  });

  expect(await ask(M1, "menu")).toMatch(
    / rackhand.hand=http:\/\/10.77.0.1\/private\/h\/ rackhand.nics=52:54:00:7a:00:01$/,
  );
  expect(await ask(M2, "menu")).not.toContain("rackhand");
});

test("an image that is not here is a missing file with the reason, and is looked for again", async () => {
  const { ask } = setUp({ [M1!]: machine(M1!, armed("nosuch")) });

  expect(await ask(M1, "menu")).toEqual({ is: "missing", because: "it is not here" });
  expect(await ask(M1, "menu")).toEqual({ is: "missing", because: "it is not here" });
});

test("an image is opened once, and a replaced generation is not served any more", async () => {
  const { ask, generation, clock, opened } = setUp();
  await ask(M1, "linux");
  generation.of = "2";

  clock.now = 5000;

  expect(await ask(M1, "linux")).toEqual({ is: "file", root: "/images/debian-12/2", path: "linux" });
  clock.now = 10_000;
  await ask(M1, "linux");
  expect(opened).toEqual(["debian-12", "debian-12"]);
});

test("a boot that began with one generation's menu ends with its kernel and initrd, the next has the new one", async () => {
  const { ask, generation, clock } = setUp();
  await ask(M1, "menu");
  generation.of = "2";
  clock.now = 5000;

  expect(await ask(M1, "linux")).toMatchObject({ root: "/images/debian-12/1" });
  await ask(M1, "menu");
  expect(await ask(M1, "linux")).toMatchObject({ root: "/images/debian-12/2" });
});

test("a kernel's own files are served from its image, its loaders from the standard one", async () => {
  const { ask, files } = setUp({ [M1!]: machine(M1!, armed("kernel-1", "kernel")) });

  expect(await ask(M1, "menu")).toBe('kernel-1 {"entry":"boot","afterSeconds":1}');
  expect(await ask(M1, "linux")).toEqual({ is: "file", root: "/images/kernel-1/1", path: "linux" });
  expect(await ask(M1, "pxelinux.0")).toEqual({
    is: "file",
    root: "/images/debian-12/1",
    path: "pxelinux.0",
  });
  expect(await files.isLast({ mac: M1!, address }, "linux")).toBe(true);
  expect(await files.isLast({ mac: M1!, address }, "pxelinux.0")).toBe(false);
});

test("only an armed plan's kernel line says where its preseed is; what is private is answered elsewhere", async () => {
  const withPreseed = (mac: string, state: "armed" | "used") => ({
    ...machine(mac, { ...armed("debian-12"), state }),
    preseed: "d-i secret",
  });
  const { ask } = setUp({ [M1!]: withPreseed(M1!, "armed"), [M2!]: withPreseed(M2!, "used") });

  expect(await ask(M1, "menu")).toMatch(
    / auto=true priority=critical netcfg\/no_default_route=true netcfg\/get_nameservers=127\.0\.0\.1 url=http:\/\/10\.77\.0\.1\/private\/t\/preseed\.cfg$/,
  );
  expect(await ask(M2, "menu")).toBe('debian-12 {"local":true}');
  expect(await ask(M2, "private/x/y")).toEqual({ is: "missing", because: "private private/x/y" });
});

import { expect, test } from "vitest";
import { grubMenu } from "./grub-menu.ts";

test("GRUB's entries and submenus are read, with Debian's labels; what starts no kernel is left out", () => {
  const menu = grubMenu(`menuentry 'Install' {
    linux    /debian-installer/arm64/linux --- quiet
    initrd   /debian-installer/arm64/initrd.gz
}
submenu --hotkey=a 'Advanced options ...' {
    menuentry '... Rescue mode' {
        linux    /debian-installer/arm64/linux rescue/enable=true --- quiet
        initrd   /debian-installer/arm64/initrd.gz
    }
    menuentry '... Exit' {
        exit
    }
}
`);

  const kernel = "debian-installer/arm64/linux";
  const initrds = ["debian-installer/arm64/initrd.gz"];
  expect(menu.entries).toEqual([
    { is: "boot", label: "install", title: { text: "Install" }, kernel, initrds, append: "--- quiet" },
    {
      ...{ is: "menu", label: "advanced-options", title: { text: "Advanced options ..." } },
      menu: {
        title: "Advanced options ...",
        entries: [
          {
            ...{ is: "boot", label: "rescue-mode", title: { text: "... Rescue mode" }, kernel, initrds },
            append: "rescue/enable=true --- quiet",
          },
        ],
      },
    },
  ]);
});

const WIDTH = 66;
const LANGUAGES = [
  "Albanian",
  "Arabic",
  "Asturian",
  "Basque",
  "Belarusian",
  "Bosnian",
  "Bulgarian",
  "English",
  "French",
];
const [BLUE, GREY, RED] = ["\x1b[37;44m", "\x1b[30;47m", "\x1b[97;41m"];

/** Debian's first dialog as newt draws it over a serial line, with the boot's last words scrolled away above. */
export function languageDialog(): string {
  const row = (line: number, text: string) => `\x1b[${line};8H${text}`;
  const inner = (text: string) => `${GREY}│${text.padEnd(WIDTH - 2)}│`;
  const title = " [!!] Select a language ";
  const left = Math.floor((WIDTH - 4 - title.length) / 2);
  const top = `${GREY}┌${"─".repeat(left)}┤${title}├${"─".repeat(WIDTH - 4 - left - title.length)}┐`;
  const lines = [
    top,
    inner(""),
    inner(" Choose the language to be used for the installation process."),
    inner(" The selected language will also be the default language for"),
    inner(" the installed system."),
    inner(""),
    inner(" Language:"),
    inner(""),
    ...LANGUAGES.map((name) => (name === "English" ? chosen(name) : inner(`${" ".repeat(24)}${name}`))),
    inner(""),
    inner("     <Go Back>"),
    inner(""),
    `${GREY}└${"─".repeat(WIDTH - 2)}┘`,
  ];
  const help = " <Tab> moves; <Space> selects; <Enter> activates buttons".padEnd(80);
  return `${BLUE}\x1b[2J${lines.map((line, at) => row(at + 2, line)).join("")}\x1b[24;1H${BLUE}${help}\x1b[0m`;
}

const chosen = (name: string): string =>
  `${GREY}│${" ".repeat(23)}${RED} ${name.padEnd(12)}${GREY}${" ".repeat(WIDTH - 2 - 36)}│`;

/** What SeaBIOS and iPXE say before, in the order of a real boot. */
export const FIRMWARE_WORDS = [
  "SeaBIOS (version 1.16.2-debian-1.16.2-1)",
  "",
  "iPXE (https://ipxe.org) 00:03.0 CA00 PCI2.10 PnP PMM+7EFD0D10+7EF10D10 CA00",
  "",
  "Booting from ROM...",
  "net0: 52:54:00:12:34:56 using virtio-net on 0000:00:03.0 (Ethernet) [open]",
  "Configuring (net0 52:54:00:12:34:56)...... ok",
  "Filename: http://10.77.0.1/m1/boot.ipxe",
  "",
].join("\r\n");

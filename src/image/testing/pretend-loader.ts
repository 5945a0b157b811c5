/** A PE image of nothing but its headers and a section .sbat. */
export function loaderWith(sbat: string): Uint8Array {
  const text = Buffer.from(`${sbat}\0`, "latin1");
  const [header, sections, from] = [0x80, 0x80 + 24, 0x200];
  const file = Buffer.alloc(from + text.length);
  file.write("MZ", 0, "latin1");
  file.writeUInt32LE(header, 0x3c);
  file.write("PE\0\0", header, "latin1");
  file.writeUInt16LE(2, header + 6);
  file.write(".text", sections, "latin1");
  file.write(".sbat", sections + 40, "latin1");
  file.writeUInt32LE(text.length, sections + 40 + 16);
  file.writeUInt32LE(from, sections + 40 + 20);
  text.copy(file, from);
  return file;
}

export const grubOf = (version: string): Uint8Array =>
  loaderWith(`sbat,1,SBAT Version,sbat,1,\ngrub.debian,5,Debian,grub2,${version},\n`);

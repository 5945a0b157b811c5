/** An initrd whose only program says one line and waits: static, made here, so that nothing has to be installed. */
export function tinyInitrd(says: string): Buffer {
  const entries = [
    { name: "init", mode: 0o100755, bytes: program(`${says}\n`) },
    { name: "TRAILER!!!", mode: 0, bytes: Buffer.alloc(0) },
  ];
  return Buffer.concat(entries.flatMap(({ name, mode, bytes }, i) => cpioEntry(i, name, mode, bytes)));
}

/** Documentation/driver-api/early-userspace/buffer-format.rst: 13 fields of 8 hex digits, all padded to 4. */
function cpioEntry(ino: number, name: string, mode: number, bytes: Buffer): Buffer[] {
  const fields = [ino, mode, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, name.length + 1, 0];
  const head = Buffer.from(
    `070701${fields.map((one) => one.toString(16).padStart(8, "0")).join("")}${name}\0`,
  );
  return [padded(head), padded(bytes)];
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);

/** An ELF file for x86-64 with one segment: write(1, text), then pause for ever. */
function program(text: string): Buffer {
  const code = Buffer.from(
    "b801000000 bf01000000 488d3510000000 ba00000000 0f05 b822000000 0f05 ebf7".replaceAll(" ", ""),
    "hex",
  );
  code.writeUInt32LE(text.length, 18);
  const [base, start] = [0x400000, 64 + 56];
  const bytes = start + code.length + text.length;
  const head = Buffer.alloc(start);
  head.write("\x7fELF\x02\x01\x01", "latin1");
  head.writeUInt16LE(2, 16); // ET_EXEC
  head.writeUInt16LE(62, 18); // x86-64
  head.writeUInt32LE(1, 20);
  head.writeUInt32LE(base + start, 24); // entry
  head.writeUInt32LE(64, 32); // program headers
  for (const [at, value] of [64, 56, 1].entries()) head.writeUInt16LE(value, 52 + 2 * at);
  head.writeUInt32LE(1, 64); // PT_LOAD
  head.writeUInt32LE(5, 68); // read, execute
  head.writeUInt32LE(base, 80);
  head.writeUInt32LE(base, 88);
  head.writeUInt32LE(bytes, 96);
  head.writeUInt32LE(bytes, 104);
  head.writeUInt32LE(0x1000, 112);
  return Buffer.concat([head, code, Buffer.from(text)]);
}

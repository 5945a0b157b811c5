import fc from "fast-check";
import { expect, test } from "vitest";
import { inUrl, readAddress } from "./address.ts";
import { ByteReader, ByteWriter, bigEndian, bigEndianBytes, join } from "./bytes.ts";
import { FAULTS, Fault, toldFault } from "./fault.ts";
import {
  broadcastOf,
  contains,
  ipv4At,
  ipv4Bytes,
  ipv4Number,
  ipv4Of,
  netmask,
  networkOf,
  readIpv4,
  readSubnet4,
} from "./ipv4.ts";
import {
  contains6,
  ipv6At,
  ipv6Bytes,
  ipv6Number,
  ipv6Of,
  readIpv6,
  readPool6,
  readSubnet6,
} from "./ipv6.ts";
import { takeLines } from "./json-lines.ts";
import { macBytes, macOf, readMac } from "./mac.ts";
import { must } from "./read.ts";
import { readSerialProfile, serialName } from "./serial-profile.ts";
import { fromHex, fromLatin1, hex, latin1, printable } from "./text.ts";
import { duration, readDuration, readSize, size } from "./units.ts";

test.each(["0C:C4:7A:7C:28:40", "0c-c4-7a-7c-28-40", "0cc4.7a7c.2840", "0CC47A7C2840"])(
  "%s is one MAC in one form",
  (text) => {
    expect(must(readMac(text))).toBe("0c:c4:7a:7c:28:40");
  },
);

test.each(["", "0c:c4:7a:7c:28", "0c:c4-7a:7c:28:40", "0c:c4:7a:7c:28:4g", "0c:c4:7a:7c:28:40:00"])(
  "%j is no MAC",
  (text) => {
    expect(readMac(text).ok).toBe(false);
  },
);

test("a MAC survives its 6 bytes", () => {
  const bytes = fc.uint8Array({ minLength: 6, maxLength: 6 });

  fc.assert(fc.property(bytes, (six) => hex(macBytes(must(macOf(six)))) === hex(six)));
});

test.each(["10.0.0.256", "10.0.0", "10.0.0.01", "10.0.0.1 ", "a.b.c.d", ""])(
  "%j is no IPv4 address",
  (text) => {
    expect(readIpv4(text).ok).toBe(false);
  },
);

test("an IPv4 address survives bytes and number", () => {
  const bytes = fc.uint8Array({ minLength: 4, maxLength: 4 });

  fc.assert(
    fc.property(bytes, (four) => {
      const address = must(ipv4Of(four));
      return hex(ipv4Bytes(address)) === hex(four) && ipv4At(ipv4Number(address)) === address;
    }),
  );
});

test.each([
  ["10.77.0.1/24", "255.255.255.0", "10.77.0.0", "10.77.0.255"],
  ["192.168.130.9/23", "255.255.254.0", "192.168.130.0", "192.168.131.255"],
  ["10.0.0.1/32", "255.255.255.255", "10.0.0.1", "10.0.0.1"],
  ["1.2.3.4/0", "0.0.0.0", "0.0.0.0", "255.255.255.255"],
])("%s has the mask %s, begins at %s, ends at %s", (text, mask, first, last) => {
  const subnet = must(readSubnet4(text));

  expect([netmask(subnet), networkOf(subnet), broadcastOf(subnet)]).toEqual([mask, first, last]);
  expect(contains(subnet, must(readIpv4(first)))).toBe(true);
});

test("an address beyond the subnet is outside", () => {
  expect(contains(must(readSubnet4("10.77.0.1/24")), must(readIpv4("10.77.1.1")))).toBe(false);
});

test.each(["10.0.0.1", "10.0.0.1/33", "10.0.0.1/", "10.0.0.1/24/1", "10.0.0/24"])(
  "%j is no subnet",
  (text) => {
    expect(readSubnet4(text).ok).toBe(false);
  },
);

test.each([
  ["2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["::", "::"],
  ["fe80::0001", "fe80::1"],
  ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
  ["1::", "1::"],
])("%s is written %s (RFC 5952)", (text, written) => {
  expect(must(readIpv6(text))).toBe(written);
});

test.each(["", ":", "1:2:3", "::1::", "12345::", "1:2:3:4:5:6:7:8:9", "fe80::1%eth0"])(
  "%j is no IPv6 address",
  (text) => {
    expect(readIpv6(text).ok).toBe(false);
  },
);

test("an IPv6 address survives its 16 bytes", () => {
  const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });

  fc.assert(fc.property(bytes, (all) => hex(ipv6Bytes(must(ipv6Of(all)))) === hex(all)));
});

test("an IPv6 address survives its number, and knows its subnet", () => {
  const [inside, outside] = ["2001:db8::ffff", "2001:db8:0:1::"].map((text) => must(readIpv6(text)));
  const subnet = must(readSubnet6("2001:db8::1/64"));

  expect(ipv6At(ipv6Number(inside!) + 1n)).toBe("2001:db8::1:0");
  expect([contains6(subnet, inside!), contains6(subnet, outside!)]).toEqual([true, false]);
});

test.each(["2001:db8::1", "2001:db8::1/129", "2001:db8::1/64/1", "10.0.0.1/24"])(
  "%s is no IPv6 subnet",
  (text) => {
    expect(readSubnet6(text).ok).toBe(false);
  },
);

test.each(["2001:db8::9-2001:db8::1", "2001:db8::9", "a-b"])("%s is no IPv6 pool", (text) => {
  expect(readPool6(text).ok).toBe(false);
});

test.each([
  ["::ffff:10.0.0.1", "10.0.0.1", "10.0.0.1"],
  ["fe80::1%eth0", "fe80::1", "[fe80::1]"],
  ["2001:DB8::1", "2001:db8::1", "[2001:db8::1]"],
])("a socket's %s is the address %s, and %s in a URL", (text, address, host) => {
  const read = must(readAddress(text));

  expect([read, inUrl(read)]).toEqual([address, host]);
});

test("a short read is a flaw that says where", () => {
  const reader = new ByteReader(Uint8Array.of(1, 2, 3));

  expect(reader.number(2, "length")).toEqual({ ok: true, value: 258 });
  expect(reader.number(2, "value")).toEqual({ ok: false, flaw: "value wants 2 bytes, 1 are left", at: 2 });
});

test("numbers survive their bytes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (n) => bigEndian(bigEndianBytes(n, 4)) === n),
  );
});

test("a field is exactly as wide as it must be", () => {
  const written = new ByteWriter().field(fromLatin1("ab"), 4).number(1, 2).done();

  expect(hex(written)).toBe("616200000001");
  expect(() => new ByteWriter().field(new Uint8Array(5), 4)).toThrow("5 bytes do not fit a field of 4");
});

test("text survives bytes, hex survives text", () => {
  expect(latin1(fromLatin1("Größe"))).toBe("Größe");
  expect(hex(fromHex("de:ad BE-ef"))).toBe("deadbeef");
  expect(join([Uint8Array.of(1), Uint8Array.of(2, 3)])).toEqual(Uint8Array.of(1, 2, 3));
});

test("a stranger's escapes are shown, not obeyed", () => {
  expect(printable("a\x1b]52;c;x\x07\u202eb")).toBe("a\\x1b]52;c;x\\x07\\x202eb");
  expect(printable("x".repeat(300)).length).toBe(201);
});

test.each([
  ["500ms", 500],
  ["10s", 10_000],
  ["15min", 900_000],
  ["1.5h", 5_400_000],
])("%s is %d ms", (text, ms) => {
  expect(must(readDuration(text))).toBe(ms);
});

test.each(["10", "10m", "-1s", "s", "constructor", "1 constructor"])(
  "%j is no duration: its unit is unclear",
  (text) => {
    expect(readDuration(text).ok).toBe(false);
  },
);

test("binary and decimal sizes differ", () => {
  expect([must(readSize("4KiB")), must(readSize("40MB"))]).toEqual([4096, 40_000_000]);
});

test.each([
  [850, "850 ms"],
  [12_300, "12.3 s"],
  [59_960, "1 min 0 s"],
  [250_000, "4 min 10 s"],
  [7_500_000, "2 h 5 min"],
])("%d ms read %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test.each([
  [512, "512 B"],
  [40_800_000, "40.8 MB"],
])("%d bytes read %s", (bytes, text) => {
  expect(size(bytes)).toBe(text);
});

test("a serial profile survives its name", () => {
  expect(serialName(must(readSerialProfile("ttyS1,57600n8")))).toBe("ttyS1,57600n8");
  expect(must(readSerialProfile("ttyS2,115200"))).toEqual({ unit: 2, speed: 115_200 });
});

test.each(["ttyUSB0,9600", "ttyS1", "ttyS1,115201n8", "ttyS1,115200n1"])(
  "%j is no serial profile",
  (text) => {
    expect(readSerialProfile(text).ok).toBe(false);
  },
);

test("a fault says what happened and what to do, with its holes filled", () => {
  const fault = new Fault("machine.unknown", { name: "web1" });

  expect(fault.says).toBe('There is no machine called "web1".');
  expect(fault.message).toContain("rackhand machine list");
});

test("every hole of a remedy stands for something the fault is given", () => {
  for (const [id, { says, remedy }] of Object.entries(FAULTS)) {
    expect(says.length, id).toBeGreaterThan(5);
    expect(remedy.length, id).toBeGreaterThan(5);
  }
});

test("a fault that crossed a wire keeps its words; an unknown id becomes the service's failure", () => {
  const known = toldFault({ id: "machine.no-bmc", says: "S.", remedy: "R." });
  const strange = toldFault({ id: "toString", says: "S.", remedy: "R." });

  expect([known.id, known.message]).toEqual(["machine.no-bmc", "S. R."]);
  expect([strange.id, strange.says]).toEqual(["service.failed", "S."]);
});

test("JSON lines come whole, however they are cut", () => {
  const text = '{"a":1}\n{"b":2}\n{"c":3}\n';

  fc.assert(
    fc.property(fc.integer({ min: 0, max: text.length }), (cut) => {
      const first = takeLines("", text.slice(0, cut));
      const second = takeLines(first.rest, text.slice(cut));
      expect([...first.lines, ...second.lines]).toEqual(text.trim().split("\n"));
    }),
  );
});

test("a line without an end does not grow for ever", () => {
  expect(takeLines("x".repeat(10), "y", 8).tooLong).toBe(true);
});

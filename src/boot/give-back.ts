import koffi from "koffi";

const libc = koffi.load("libc.so.6");
const adviseCall = libc.func("int madvise(uintptr_t address, size_t length, int advice)");
const MADV_DONTNEED = 4;
const PAGE_BYTES = 64 * 1024; // the largest page of Debian's architectures

/**
 * Gives the pages of bytes that nobody reads any more back to the kernel at once: the collector takes its
 * time, in a quiet service hours. Who reads them all the same reads zeros.
 */
export function giveBack(bytes: Uint8Array): void {
  const start = Number(koffi.address(bytes));
  const from = Math.ceil(start / PAGE_BYTES) * PAGE_BYTES;
  const to = Math.floor((start + bytes.length) / PAGE_BYTES) * PAGE_BYTES;
  if (to > from) adviseCall(from, to - from, MADV_DONTNEED);
}

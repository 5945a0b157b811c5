export function now(): bigint;
export function lineOf(number: number, at: bigint): string;
export function readLine(line: string): { number: number; at: bigint } | undefined;

const DAY = 86_400_000;

/** When an installer was built, from the date that its build's name begins with: `20230607+deb12u12`. */
export function builtAt(build: string | null): number | undefined {
  const [, year, month, date] = /^(\d{4})(\d{2})(\d{2})/.exec(build ?? "") ?? [];
  if (year === undefined) return undefined;
  const at = Date.UTC(Number(year), Number(month) - 1, Number(date));
  return Number.isNaN(at) ? undefined : at;
}

/** `12 d old`, `5 months old`, `2 years old`. */
export function ageWords(at: number, now: number): string {
  const days = Math.max(0, Math.floor((now - at) / DAY));
  if (days < 60) return `${days} d old`;
  if (days < 730) return `${Math.floor(days / 30.4)} months old`;
  return `${Math.floor(days / 365.25)} years old`;
}

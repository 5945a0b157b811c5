/** These run inside the page, so each stands alone and names nothing outside itself. */

/** Texts whose contrast with their ground is below WCAG 2.2 AA (4.5, or 3 when large); the terminal has its own palette. */
export function illegible(): string[] {
  const numbers = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const light = (colour: string) => {
    const [r, g, b] = numbers(colour)
      .slice(0, 3)
      .map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const groundOf = (element: Element | null): string => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (numbers(backgroundColor)[3] !== 0) return backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };
  const poor: string[] = [];
  for (const element of document.querySelectorAll<HTMLElement>("body *:not(.xterm *)")) {
    const says = [...element.childNodes].filter((n) => n.nodeType === 3 && n.textContent?.trim() !== "");
    if (says.length === 0 || element.closest(".xterm, noscript, title") || element.offsetParent === null)
      continue;
    const style = getComputedStyle(element);
    const [one, other] = [light(style.color), light(groundOf(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const least = Number.parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
    if (contrast < least) poor.push(`${contrast.toFixed(2)} ${element.textContent?.slice(0, 40)}`);
  }
  return poor;
}

/** Things to press or fill in that a screen reader could not name. */
export function nameless(): string[] {
  const all = [...document.querySelectorAll<HTMLElement>("button, a, input, select")];
  return all
    .filter((e) => !e.closest(".xterm"))
    .filter((e) => {
      const label = (e as HTMLInputElement).labels?.[0]?.textContent;
      return !(e.getAttribute("aria-label") ?? e.textContent ?? "").trim() && !label?.trim();
    })
    .map((e) => e.outerHTML.slice(0, 80));
}

/** How much of the page moved by itself after it was first painted (Layout Instability), in hundredths. */
export function shifted(): Promise<number> {
  return new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((entries) => {
      for (const entry of entries.getEntries()) sum += (entry as unknown as { value: number }).value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(Math.floor(sum * 100)), 50);
  });
}

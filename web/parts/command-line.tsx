import { useEffect, useState } from "react";

/** The same act in a terminal, to be copied. */
export function CommandLine({ line, isCopiedByKey = false }: { line: string; isCopiedByKey?: boolean }) {
  const [word, setWord] = useState("Copy");
  useEffect(() => {
    if (word === "Copy") return;
    const timer = setTimeout(() => setWord("Copy"), 2000);
    return () => clearTimeout(timer);
  }, [word]);
  return (
    <span className="command-line">
      <code>{line}</code>
      <button
        type="button"
        className="quiet"
        data-copies={isCopiedByKey || undefined}
        aria-label={word === "Copy" ? `Copy: ${line}` : word}
        aria-keyshortcuts={isCopiedByKey ? "c" : undefined}
        onClick={async () => setWord((await isCopied(line)) ? "Copied" : "Select it")}
      >
        {word}
        {isCopiedByKey && <kbd>c</kbd>}
      </button>
    </span>
  );
}

/** Browsers give the clipboard only to secure pages, and loopback counts as one. */
async function isCopied(line: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(line);
    return true;
  } catch {
    return false; // the word on the button then says to select it by hand
  }
}

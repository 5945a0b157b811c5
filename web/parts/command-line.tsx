import { useEffect, useState } from "react";

/** The same act in a terminal, to be copied. */
export function CommandLine({ line, isCopiedByKey = false }: { line: string; isCopiedByKey?: boolean }) {
  return (
    <span className="command-line">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long line scrolls, and must do so by keyboard */}
      <code tabIndex={0}>{line}</code>
      <CopyButton text={line} says="Copy" isByKey={isCopiedByKey} />
    </span>
  );
}

export function CopyButton(props: { text: string; says: string; isByKey?: boolean }) {
  const { text, says, isByKey = false } = props;
  const [word, setWord] = useState(says);
  useEffect(() => {
    if (word === says) return;
    const timer = setTimeout(() => setWord(says), 2000);
    return () => clearTimeout(timer);
  }, [word, says]);
  return (
    <button
      type="button"
      className="quiet"
      data-copies={isByKey || undefined}
      aria-description={text}
      aria-keyshortcuts={isByKey ? "c" : undefined}
      onClick={async () => setWord((await isCopied(text)) ? "Copied" : "Select it")}
    >
      {word}
      {isByKey && <kbd>c</kbd>}
    </button>
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

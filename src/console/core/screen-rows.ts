export const COLUMNS = 80;
export const ROWS = 24;
/** The text modes that firmware has; further down goes only who looks for the screen's end, as `resize` does. */
const TALLER = [25, 31, 50, 60];
const [ESC, CSI, SEMICOLON] = [0x1b, 0x5b, 0x3b];

/**
 * How tall a screen the machine draws on: 24 rows, until it moves the cursor further down, as GRUB does on
 * OVMF (80 by 50); and again once it clears the screen (ED 2, RIS). Told after each chunk.
 */
export function screenRows(): (chunk: Uint8Array) => number {
  let rows = ROWS;
  let place: "text" | "escape" | "sequence" = "text";
  let parameters = "";
  const obey = (final: string) => {
    const first = Number(parameters.split(";")[0]);
    if ((final === "H" || final === "f") && first > rows) rows = TALLER.find((mode) => first <= mode) ?? rows;
    if (final === "J" && parameters === "2") rows = ROWS;
  };
  return (chunk) => {
    let at = place === "text" ? chunk.indexOf(ESC) : 0;
    for (; at >= 0 && at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (byte === ESC) [place, parameters] = ["escape", ""];
      else if (place === "escape") {
        if (byte === 0x63) rows = ROWS; // RIS
        place = byte === CSI ? "sequence" : "text";
      } else if (place === "sequence" && ((byte >= 0x30 && byte <= 0x39) || byte === SEMICOLON)) {
        if (parameters.length < 16) parameters += String.fromCharCode(byte);
      } else if (place === "sequence") {
        obey(String.fromCharCode(byte));
        place = "text";
      } else {
        const next = chunk.indexOf(ESC, at);
        if (next < 0) break;
        at = next - 1;
      }
    }
    return rows;
  };
}

// Bytes and texts of strangers, made fit for a terminal: nothing in them can move the cursor, hide or reorder what is shown.

const unsafe = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Control, format and unassigned characters become `\u{…}`. */
export function printable(text: string): string {
  return text.replace(unsafe, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** A text no wider than `columns`, with an ellipsis where it was longer. */
export function cut(text: string, columns: number): string {
  const characters = [...text];
  return characters.length <= columns ? text : `${characters.slice(0, Math.max(0, columns - 1)).join('')}…`;
}

/** Bytes as text where they are printable UTF-8, else in hex; at most 64 bytes of hex. */
export function bytesText(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.search(unsafe) < 0) return text;
  } catch {
    // Not UTF-8.
  }
  const hex = Buffer.from(bytes.subarray(0, 64)).toString('hex');
  return `0x${hex}${bytes.byteLength > 64 ? '…' : ''}`;
}

/** The key of a record; `-` for none. */
export function keyText(key: Uint8Array | null): string {
  return key === null ? '-' : bytesText(key);
}

/** Lines of offset, sixteen bytes in hex and as ASCII, of the first `bytesMax`. */
export function hexDump(bytes: Uint8Array, bytesMax: number): string[] {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.byteLength, bytesMax); at += 16) {
    const row = bytes.subarray(at, Math.min(at + 16, bytesMax));
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0'));
    const left = hex.slice(0, 8).join(' ').padEnd(23);
    const right = hex.slice(8).join(' ').padEnd(23);
    const ascii = [...row].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${left}  ${right}  |${ascii}|`);
  }
  const left = bytes.byteLength - bytesMax;
  return left > 0 ? [...lines, `… ${left.toLocaleString('en-US')} more bytes`] : lines;
}

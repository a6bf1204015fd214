// Bytes of strangers as text for people. What a browser does with the text is not decided here.

const unsafe = /[\p{C}\p{Zl}\p{Zp}]/u;

/** Bytes as text where they are printable UTF-8, else in hex; at most 64 bytes of hex. */
export function bytesText(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!unsafe.test(text)) return text;
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

/** Lines of offset, sixteen bytes in hex and as ASCII. */
export function hexDump(bytes: Uint8Array): string[] {
  return Array.from({ length: Math.ceil(bytes.byteLength / 16) }, (_, i) => {
    const row = [...bytes.subarray(16 * i, 16 * i + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const ascii = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    return `${(16 * i).toString(16).padStart(6, '0')}  ${hex.padEnd(47)}  ${ascii}`;
  });
}

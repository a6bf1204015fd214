// Tables in Markdown, and how figures stand in them. Pure.

/** Columns of figures are aligned to the right, those with words in them to the left. */
export function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const isFigure = (text: string): boolean => text === '' || /^\**[-+–\d]/.test(text);
  const rule = head.map((_, i) => (lines.every((cells) => isFigure(cells[i])) ? '---:' : '---'));
  return [row(head), row(rule), ...lines.map(row)].join('\n');
}

/** `+0.012`. */
export function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`;
}

export function fixed(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}

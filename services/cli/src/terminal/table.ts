// Aligned columns for a terminal. Knows nothing of what it shows.

export type Column<Row> = { title: string; align: 'left' | 'right'; cell(row: Row): string };

/** Lines of a table: titles, a rule, one line per row. Widths follow the longest cell. */
export function tableLines<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[] {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const widths = columns.map((column, i) => Math.max(displayWidth(column.title), ...cells.map((line) => displayWidth(line[i]))));
  const join = (line: readonly string[]) =>
    line
      .map((cell, i) => pad(cell, widths[i], columns[i].align))
      .join('  ')
      .trimEnd();
  return [join(columns.map((column) => column.title)), widths.map((width) => '─'.repeat(width)).join('  '), ...cells.map(join)];
}

function pad(cell: string, width: number, align: 'left' | 'right'): string {
  const fill = ' '.repeat(Math.max(0, width - displayWidth(cell)));
  return align === 'left' ? cell + fill : fill + cell;
}

// Colours take no room.
const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** Columns that a text takes on a terminal. */
export function displayWidth(text: string): number {
  return [...text.replace(escapes, '')].length;
}

/** A line broken between words so that none is wider than `columns`; all but the first begin with `indent` spaces. */
export function wrapped(line: string, columns: number, indent: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.match(/\s*\S+/g) ?? ['']) {
    if (current.trim() !== '' && displayWidth(current + word) > columns) {
      lines.push(current);
      current = ' '.repeat(indent) + word.trimStart();
    } else current += word;
  }
  return [...lines, current];
}

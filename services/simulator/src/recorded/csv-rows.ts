// Rows of a recorded csv: `t,s0..sN,label`, every value a finite number.
import { FleetError } from './fleet-error.ts';
import type { RecordedDevice } from './fleet.ts';
import { channelCountOf } from './peek-csv.ts';
import type { RowParser, RowSink } from './row-parser.ts';

/** Lines may be cut anywhere between two pushes. */
export function createCsvRows({ file, channels }: RecordedDevice, sink: RowSink): RowParser {
  const decoder = new TextDecoder();
  const values = new Float64Array(channels.length);
  let rest = '';
  let lineNumber = 0;

  function takeLine(line: string): void {
    lineNumber++;
    if (lineNumber === 1) {
      if (channelCountOf(file, line) !== channels.length)
        throw new FleetError('invalid', `${file}: line 1: expected ${channels.length} channels`);
      return;
    }
    const fields = line.split(',');
    if (fields.length !== channels.length + 2)
      throw new FleetError('invalid', `${file}: line ${lineNumber} has ${fields.length} fields; expected ${channels.length + 2}`);
    const timeMs = numberOf(fields[0], 't');
    for (let c = 0; c < values.length; c++) values[c] = numberOf(fields[c + 1], channels[c]);
    sink(timeMs, values);
  }
  function numberOf(text: string, column: string): number {
    const value = text === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value)) return value;
    throw new FleetError(
      'invalid',
      `${file}: line ${lineNumber}, ${column} is '${text.slice(0, 40)}'; expected a number: leave out rows with missing values`,
    );
  }
  return {
    push(bytes) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) takeLine(line);
    },
    end() {
      if (rest !== '') takeLine(rest);
    },
  };
}

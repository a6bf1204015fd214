// Rows of a recorded vibration: int16 little endian, row-major; the value is raw * scale of its channel.
import { FleetError } from './fleet-error.ts';
import type { RecordedDevice } from './fleet.ts';
import type { RowParser, RowSink } from './row-parser.ts';

/** Rows may be cut anywhere between two pushes; times advance by the sampling period. */
export function createInt16Rows({ file, channels, scale, startMs, rateHz }: RecordedDevice, sink: RowSink): RowParser {
  const width = channels.length;
  const rowBytes = 2 * width;
  const values = new Float64Array(width);
  let rest = Buffer.alloc(0);
  let row = 0;
  return {
    push(bytes) {
      const all = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes]);
      let at = 0;
      for (; at + rowBytes <= all.length; at += rowBytes) {
        for (let c = 0; c < width; c++) values[c] = all.readInt16LE(at + 2 * c) * scale[c];
        sink(startMs + (row * 1000) / rateHz, values);
        row++;
      }
      rest = all.subarray(at);
    },
    end() {
      if (rest.length > 0) throw new FleetError('invalid', `${file}: ends within row ${row}; expected ${rowBytes} bytes a row`);
    },
  };
}

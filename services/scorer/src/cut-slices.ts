// Cuts the records of a batch into what is walked, sent and stored at one go.
import type { LogRecord } from '@tocsin/transport';

/** Bytes of values after which a slice ends: long frames become many windows, and all of them are in memory until they are sent. */
const sliceBytes = 1024 * 1024;

/** Consecutive slices of at most `recordsMax` records; none is empty. */
export function* cutSlices(records: readonly LogRecord[], recordsMax: number): Generator<readonly LogRecord[]> {
  let [from, bytes] = [0, 0];
  for (const [at, { value }] of records.entries()) {
    bytes += value?.byteLength ?? 0;
    if (at + 1 - from < recordsMax && bytes < sliceBytes && at + 1 < records.length) continue;
    yield records.slice(from, at + 1);
    [from, bytes] = [at + 1, 0];
  }
}

import { expect, test } from 'vitest';
import { alarmsOf } from './alarms.ts';
import { deviceFigures } from './device-figures.ts';

/** The same threshold for all. */
const one = (marks: string): Float64Array => new Float64Array(marks.length).fill(1);

/** One character a window of 4 rows, hop 2, first at row 100. `.` normal, `x` anomalous, `-` not judged; upper case over the threshold. */
function judged(marks: string) {
  const cells = Array.from(marks);
  const labelOf = (mark: string): number => (mark === '.' || mark === '!' ? 0 : mark.toLowerCase() === 'x' ? 1 : -1);
  return {
    scores: Float64Array.from(cells, (mark) => (mark === '!' || mark === 'X' || mark === '=' ? 2 : 0)),
    labels: Int8Array.from(cells, labelOf),
    startRow: Int32Array.from(cells, (_, i) => 100 + 2 * i),
    endRow: Int32Array.from(cells, (_, i) => 104 + 2 * i),
  };
}

test('false alarms are runs, false windows are windows', () => {
  //                        ! over, normal; = over, not judged
  const { normals, falseWindows, falseAlarms } = alarmsOf(judged('..!!..!.=!.'), [], one('..!!..!.=!.'));
  expect({ normals, falseWindows, falseAlarms }).toEqual({ normals: 10, falseWindows: 4, falseAlarms: 2 });
});

test('an event is found by the first window over the threshold that touches it', () => {
  // rows   100  102  104  106  108  110  112
  //         .    -    x    X    -    .    .     event: rows 104..109
  const found = alarmsOf(judged('.-xX-..'), [{ startRow: 104, endRow: 109 }], one('.-xX-..'));
  expect(found).toMatchObject({ events: 1, found: 1, delayRows: [6] });
  // A window that is not judged but touches the event finds it, too: an operator would have been told.
  expect(alarmsOf(judged('.=xx-..'), [{ startRow: 104, endRow: 109 }], one('.=xx-..'))).toMatchObject({
    found: 1,
    delayRows: [2],
  });
  // An alarm elsewhere finds nothing; an event that no window touches does not count.
  const none = alarmsOf(
    judged('!-xx-..'),
    [
      { startRow: 104, endRow: 109 },
      { startRow: 900, endRow: 901 },
    ],
    one('!-xx-..'),
  );
  expect(none).toMatchObject({ events: 1, found: 0, delayRows: [] });
});

test('no threshold: the ranking stands, the rest is unknown', () => {
  const place = { samples: 4, hop: 2, rateHz: 1 };
  const figures = deviceFigures(judged('..!.XX'), [{ startRow: 108, endRow: 114 }], null, place);
  expect(figures.auroc).toBeCloseTo((3 + 0.5) / 4, 12);
  expect(figures).toMatchObject({ eventRecall: null, falsePositiveRate: null, falseAlarmsPerDay: null, delayWindows: null });
});

test('rates per day and delays in hops', () => {
  // 8 normal windows of hop 2 at 1 Hz are 16 seconds; one false alarm in them is 5400 a day.
  const figures = deviceFigures(judged('..!!....XX'), [{ startRow: 116, endRow: 122 }], one('..!!....XX'), {
    samples: 4,
    hop: 2,
    rateHz: 1,
  });
  expect(figures.falseAlarmsPerDay).toBeCloseTo(86_400 / 16, 9);
  expect(figures.falsePositiveRate).toBe(0.25);
  expect(figures.eventRecall).toBe(1);
  // The event starts at row 116; the last normal window ends at 118 and stays calm, the next one ends at 120.
  expect(figures.delayWindows).toBe(2);
});

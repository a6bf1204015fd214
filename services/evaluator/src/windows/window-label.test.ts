import { describe, expect, test } from 'vitest';
import type { SourceInterval } from '../source.ts';
import { eventsOf, windowLabel } from './window-label.ts';

/** Rows drawn as `.` normal, `x` wrong, `?` unknown; the device's adaptation part are the first `trainRows`. */
function device(rows: string, trainRows = 0) {
  const truth = [...rows.matchAll(/x+|\?+/g)].map(({ 0: run, index }): SourceInterval => {
    return { kind: 'fault', ignore: run[0] === '?', startRow: index, endRow: index + run.length, startMs: 0, endMs: 0 };
  });
  return { truth, trainRows };
}

function labelOf(rows: string, window: string, trainRows = 0, areRecords = false): number {
  const span = { startRow: window.indexOf('['), endRow: window.indexOf(']') + 1 };
  const of = device(rows, trainRows);
  return windowLabel(of, eventsOf(of), span, areRecords);
}

describe('windowLabel', () => {
  test.each([
    //  rows          window
    ['............', '  [      ]  ', 0],
    ['....xxxxxxxx', '  [      ]  ', 1],
    ['......xxxxxx', '  [      ]  ', 1],
    ['.......xxxxx', '  [      ]  ', -1],
    ['xxx.........', '  [      ]  ', -1],
    ['....x.......', '  [      ]  ', 1],
    ['.........xx.', '  [      ]  ', -1],
    ['?...........', '  [      ]  ', 0],
    ['.....?......', '  [      ]  ', -1],
    ['...?.xxxxxxx', '  [      ]  ', -1],
  ])('%s %s is %d', (rows, window, label) => {
    expect(labelOf(rows, window)).toBe(label);
  });

  test('a window on both sides of the adaptation part is neither support nor judged', () => {
    expect(labelOf('............', '  [      ]  ', 5)).toBe(-1);
    expect(labelOf('............', '  [      ]  ', 2)).toBe(0);
    expect(labelOf('............', '  [      ]  ', 10)).toBe(0);
  });

  test('records: what most of them say', () => {
    expect(labelOf('..x.........', '  [  ]      ', 0, true)).toBe(0);
    expect(labelOf('..x.x.......', '  [  ]      ', 0, true)).toBe(1);
  });
});

test('events that touch are one', () => {
  const truth = device('xx......').truth.concat(device('..xx....').truth, device('.....xx.').truth, device('.......?').truth);
  expect(eventsOf({ truth })).toEqual([
    { startRow: 0, endRow: 4 },
    { startRow: 5, endRow: 7 },
  ]);
});

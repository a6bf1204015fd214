import { expect, test } from 'vitest';
import { quietWatch, raiseAndClear } from './raise-and-clear.ts';

// . under and X over the threshold; # while an alert is open
test.each([
  ['..X.X....X...X.X....', '....####.......####.'],
  ['XXXXXXXXXX', '.#########'],
  ['X..X..X..X', '..........'],
])('raise 2 of 3, clear 4: %s', (marks, expected) => {
  let watch = quietWatch;
  const story = marks.split('').map((mark) => {
    watch = raiseAndClear(watch, mark === 'X', { raiseCount: 2, raiseOf: 3, clearCount: 4 });
    return watch.isOpen ? '#' : '.';
  });
  expect(story.join('')).toBe(expected);
});

import { expect, test } from 'vitest';
import { peerWords, withPeers } from './peer-words.ts';

test.each([
  [3, 41, 'shift', '3 of 41 peers shifted too'],
  [1, 41, 'silence', '1 of 41 peers fell silent too'],
  [0, 41, 'shift', 'none of its 41 peers shifted'],
  [0, 3, 'silence', 'none of its 3 peers fell silent'],
  [2, 2, 'shift', '2 of 2 peers shifted too'],
  // Nobody knows how many there are.
  [2, 0, 'shift', '2 peers shifted too'],
  [1, 0, 'shift', '1 peer shifted too'],
  [0, 0, 'shift', null],
  // Too few to say anything of a fleet.
  [0, 2, 'shift', null],
] as const)('%d of %d, %s: %s', (shifted, of, kind, words) => {
  expect(peerWords({ shifted, of }, kind)).toBe(words);
});

test.each([
  ['x: y 2x normal.', '3 of 41 peers shifted too', 'x: y 2x normal; 3 of 41 peers shifted too.'],
  ['x: is it stuck?', 'none of its 9 peers shifted', 'x: is it stuck? None of its 9 peers shifted.'],
  ['x: y 2x normal.', null, 'x: y 2x normal.'],
])('%s', (message, words, sentence) => {
  expect(withPeers(message, words)).toBe(sentence);
});

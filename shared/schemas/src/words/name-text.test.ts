// Ids that look like others, like nothing, or like what they are not.
import { expect, test } from 'vitest';
import { nameText, shortName } from './name-text.ts';

test.each([
  ['pump-17', 'pump-17'],
  ['насос 🛠️ №7', 'насос 🛠️ №7'],
  ['👩‍🔧 line', '👩‍🔧 line'],
  ['🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
  ['می‌خواهم', 'می‌خواهم'],
  ['pump\u200b-1', 'pump‹U+200B›-1'],
  ['\u202epump', '‹U+202E›pump'],
  ['\u2067x', '‹U+2067›x'],
  ['\u200d', '‹U+200D›'],
  ['pu\u200dmp', 'pu‹U+200D›mp'],
  ['pump-1\ufe0f', 'pump-1‹U+FE0F›'],
  ['pump\u{e0041}', 'pump‹U+E0041›'],
  ['1️⃣ क्‍ष', '1️⃣ क्‍ष'],
  ['a\nb\u0000', 'a‹U+000A›b‹U+0000›'],
  ['\u3164', '‹U+3164›'],
  ['  ', '␣␣'],
  [' a ', '␣a␣'],
  ['<b>&', '<b>&'],
])('%j', (name, text) => {
  expect(nameText(name)).toBe(text);
});

test('a short name has no half of an emoji at its end', () => {
  expect(shortName('🛠🛠🛠', 2)).toBe('🛠🛠…');
  expect(shortName('pump', 9)).toBe('pump');
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLetterSet } from './letter-set.ts';

test('says what a set of ids would say', () => {
  const id = fc.tuple(
    fc.constantFrom('a', 'a:0', 'b'),
    fc.nat(2),
    fc.oneof(
      fc.nat(100),
      fc.maxSafeNat().map((n) => n % 1e15),
    ),
  );
  fc.assert(
    fc.property(fc.array(id, { maxLength: 200 }), (places) => {
      const letters = createLetterSet();
      const ids = new Set<string>();
      for (const place of places.map((parts) => parts.join(':'))) {
        expect(letters.has(place)).toBe(ids.has(place));
        expect(letters.add(place)).toBe(!ids.has(place));
        ids.add(place);
      }
      expect(letters.size()).toBe(ids.size);
      expect([...ids].every(letters.has)).toBe(true);
    }),
  );
});

test('what is no id is in no set', () => {
  const letters = createLetterSet();
  expect(letters.add('nonsense')).toBe(false);
  expect(letters.has('nonsense')).toBe(false);
});

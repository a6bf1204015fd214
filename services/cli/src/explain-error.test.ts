import { expect, test } from 'vitest';
import { explainError } from './explain-error.ts';

test.each([
  ['the message of an error', new Error('no such folder'), 'no such folder'],
  [
    'what is inside of one without',
    new AggregateError([new Error('::1 refused'), new Error('127.0.0.1 refused')], ''),
    '::1 refused; 127.0.0.1 refused',
  ],
  ['the name where there is nothing else', new RangeError(''), 'RangeError'],
  ['what is no error', 'text', 'text'],
])('%s', (_, error, text) => {
  expect(explainError(error)).toBe(text);
});

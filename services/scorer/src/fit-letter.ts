// A dead letter that the log would not take is cut: a record too large to be refused must not stop the line.
import { encodeDeadLetter, type DeadLetter } from '@tocsin/schemas';
import { recordBytes, sendBytesMax, type OutgoingRecord } from '@tocsin/transport';

/** What is kept of a value, and of a key, that has to be cut; headers go. */
const keptBytes = 65_536;
/** Of a message, which may quote what a stranger wrote. */
const keptCharacters = 2000;

/**
 * The record of a letter, below what the log takes. `cutFromBytes` tells the length of a value that was cut, or was left whole beside
 * headers or a key that were; the record itself stays where the letter's id says, for as long as its topic keeps it.
 */
export function letterRecord(topic: string, refused: DeadLetter): OutgoingRecord {
  const letter = { ...refused, error: refused.error.slice(0, keptCharacters) };
  const whole = { topic, key: letter.key, value: encodeDeadLetter(letter), headers: letter.headers };
  if (recordBytes(whole) <= sendBytesMax) return whole;
  const key = letter.key?.subarray(0, keptBytes) ?? null;
  const value = letter.value?.subarray(0, keptBytes) ?? null;
  const cut = { ...letter, key, value, headers: {}, cutFromBytes: letter.value?.byteLength ?? 0 };
  return { topic, key, value: encodeDeadLetter(cut) };
}

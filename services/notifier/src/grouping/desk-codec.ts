// The stored form of what is known of the alerts of a class: JSON, since it is small, changes shape, and people may want to read it.
// What is to be told lies in it in its Avro form: JSON has no word for numbers that are not finite.
import type { StoredGroups } from '@tocsin/decisions';
import { decodeAlert, encodeAlert, type Alert } from '@tocsin/schemas';

/** A record that is to be sent, the same however often it is. */
export type Outgoing = { topic: string; key: string; value: Uint8Array; timestampMs: number };

export type DeskValue = {
  sequence: number;
  /** By partition. */
  next: Record<number, number>;
  groups: StoredGroups;
  outbox: readonly Outgoing[];
};

type Single = StoredGroups['singles'][number];
/** As it lies in the store: bytes as Base64. Alerts used to lie in it as they are. */
type Written = Omit<DeskValue, 'groups' | 'outbox'> & {
  format?: string;
  groups: Omit<StoredGroups, 'singles'> & { singles: (Omit<Single, 'held'> & { held: (string | Alert)[] })[] };
  outbox: (Omit<Outgoing, 'value'> & { value: string })[];
};

const format = 'tocsin-notices-1';

export function encodeDesk({ groups, outbox, ...rest }: DeskValue): Uint8Array {
  const singles = groups.singles.map((single) => ({ ...single, held: single.held.map(textOfAlert) }));
  const records = outbox.map((record) => ({ ...record, value: textOf(record.value) }));
  const written: Written = { format, ...rest, groups: { ...groups, singles }, outbox: records };
  return Buffer.from(JSON.stringify(written));
}

/** Throws an Error that names the key and what is wrong. */
export function decodeDesk(bytes: Uint8Array, key: string): DeskValue {
  const parsed: unknown = JSON.parse(Buffer.from(bytes).toString());
  const value = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Written;
  if (value.format !== format)
    throw new Error(
      `${key}: its format is ${JSON.stringify(value.format)}, expected ${format}; was it written by a later release?`,
    );
  const { sequence, next, groups, outbox } = value;
  const singles = groups.singles.map((single) => ({ ...single, held: single.held.map(alertIn) }));
  const records = outbox.map((record) => ({ ...record, value: bytesOf(record.value) }));
  return { sequence, next, groups: { ...groups, singles }, outbox: records };
}

/** What waits is stored again and again. */
const texts = new WeakMap<Alert, string>();

function textOfAlert(alert: Alert): string {
  const text = texts.get(alert) ?? textOf(encodeAlert(alert));
  texts.set(alert, text);
  return text;
}

function alertIn(held: string | Alert): Alert {
  return typeof held === 'string' ? decodeAlert(bytesOf(held)) : held;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'base64');
}

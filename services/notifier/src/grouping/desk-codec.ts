// The stored form of what is known of the alerts of a class: JSON, since it is small, changes shape, and people may want to read it.
import type { StoredGroups } from '@tocsin/decisions';

/** A record that is to be sent, the same however often it is. */
export type Outgoing = { topic: string; key: string; value: Uint8Array; timestampMs: number };

export type DeskValue = {
  sequence: number;
  /** By partition. */
  next: Record<number, number>;
  groups: StoredGroups;
  outbox: readonly Outgoing[];
};

const format = 'tocsin-notices-1';

export function encodeDesk({ outbox, ...rest }: DeskValue): Uint8Array {
  const texts = outbox.map((record) => ({ ...record, value: Buffer.from(record.value).toString('base64') }));
  return Buffer.from(JSON.stringify({ format, ...rest, outbox: texts }));
}

/** Throws an Error that names the key and what is wrong. */
export function decodeDesk(bytes: Uint8Array, key: string): DeskValue {
  const parsed: unknown = JSON.parse(Buffer.from(bytes).toString());
  const value = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Omit<DeskValue, 'outbox'> & {
    format?: string;
    outbox: (Omit<Outgoing, 'value'> & { value: string })[];
  };
  if (value.format !== format)
    throw new Error(
      `${key}: its format is ${JSON.stringify(value.format)}, expected ${format}; was it written by a later release?`,
    );
  const { sequence, next, groups, outbox } = value;
  return { sequence, next, groups, outbox: outbox.map((record) => ({ ...record, value: Buffer.from(record.value, 'base64') })) };
}

// Reads the labels topic from its start, as every scorer does: which process owns a device shows only when the device comes by.
import { decodeLabel, deviceStateKey, type Label, type LogMessage } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { BatchHandler } from '@tocsin/transport';
import { isUsableLabel, type LabelBook } from './label-book.ts';
import type { Meter } from './meter.ts';
import { isRetriable } from './retry.ts';

/** Never commits, so that whoever starts reads what has been said before; a label that cannot be read is counted and passed over. */
export function createFollowLabels(
  book: LabelBook,
  state: StateStore,
  meter: Pick<Meter, 'label'>,
  note: LogMessage,
): BatchHandler {
  return async ({ records }) => {
    const labels: Label[] = [];
    for (const { value, offset } of records) {
      const label = value === null ? null : read(value, offset, note);
      if (label !== null && isUsableLabel(label)) labels.push(label);
      else meter.label('unreadable');
    }
    labels.forEach(book.add);
    const deviceIds = [...new Set(labels.map(({ deviceId }) => deviceId))];
    const states = await state.getMany(deviceIds.map(deviceStateKey)).catch(unlessAway);
    states.forEach((bytes) => bytes === null && meter.label('unknown_device'));
  };
}

/** Who is unknown is a figure, and not worth ending a reader for. */
function unlessAway(error: unknown): [] {
  if (!isRetriable(error)) throw error;
  return [];
}

function read(value: Uint8Array, offset: number, note: LogMessage): Label | null {
  try {
    return decodeLabel(value);
  } catch (error) {
    note('warn', 'a label cannot be read', { offset, error: String(error) });
    return null;
  }
}

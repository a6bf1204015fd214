// A scorer, a machine that becomes another one, and an operator: what the tests of labels share.
import { decodeDeviceState } from '@tocsin/models';
import { deviceStateKey, type Alert, type DeviceState } from '@tocsin/schemas';
import type { Scorer } from '@tocsin/scorer';
import type { OutgoingRecord } from '@tocsin/transport';
import { telemetry } from '../fixtures/pump-fleet.ts';
import { openScorerRoom, type ScorerRoom } from './scorer-room.ts';

export type LabelRoom = ScorerRoom & {
  /** A scorer that runs and has read what there is. */
  started(seams?: Parameters<ScorerRoom['scorer']>[0]): Promise<Scorer>;
  /** Appends telemetry and waits until it is read. */
  feed(scorer: Scorer, records: readonly OutgoingRecord[]): Promise<void>;
  /** What the store holds of a device. */
  stateOf(deviceId?: string): Promise<DeviceState>;
  opened(): Promise<Alert[]>;
};

/** A room with version 1 of the initialisation. */
export async function openLabelRoom(): Promise<LabelRoom> {
  const room = await openScorerRoom();
  await room.publish(1);
  return {
    ...room,
    async started(seams) {
      const scorer = room.scorer(seams);
      await scorer.start();
      await room.drained(scorer);
      return scorer;
    },
    async feed(scorer, records) {
      await room.send(records);
      await room.drained(scorer);
    },
    async stateOf(deviceId = 'pump-0') {
      const [bytes] = await room.state.getMany([deviceStateKey(deviceId)]);
      return decodeDeviceState(bytes!);
    },
    opened: async () => (await room.alerts()).filter(({ state }) => state === 'opened'),
  };
}

/** One machine (or several) that is another one from 5 s, its record 40, on, for good. */
export function changed(records: number, devices = 1): OutgoingRecord[] {
  return telemetry(devices, records, { faultsOf: () => [{ kind: 'imbalance', startS: 5, severity: 0.8 }] });
}

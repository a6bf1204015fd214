// What log and store know of a device and of what is said to be one of its alerts or windows.
import { randomUUID } from 'node:crypto';
import type { Config } from '@tocsin/config';
import { decodeAlert, decodeScoredWindow, deviceStateKey, type Label } from '@tocsin/schemas';
import { openState } from '@tocsin/state';
import type { LogRecord, Transport } from '@tocsin/transport';
import { isThere } from '../doctor/check-disk.ts';
import { newestRecords } from '../doctor/newest-records.ts';
import { within } from '../doctor/run-checks.ts';
import type { World } from '../world.ts';
import type { SubjectFacts } from './judge-subject.ts';

/** An alert has several records, a window one. */
export const lookedAt = { alerts: 2000, windows: 500 } as const;
const readLimitMs = 5000;
const stateMaxMs = 2000;

type Told = { id: string; deviceId: string };

/** What cannot be read in time is taken not to be there. */
export async function lookUpSubject(
  { deviceId, subjectId }: Pick<Label, 'deviceId' | 'subjectId'>,
  transport: Transport,
  config: Config,
  world: Pick<World, 'now' | 'sleep'>,
): Promise<SubjectFacts> {
  const newest = async (topic: string, perPartition: number, told: (record: LogRecord) => Told[]): Promise<Told[]> => {
    const info = await transport.admin().describe(topic);
    if (info === null) return [];
    const reading = { groupId: `tocsin.labels.subject.${randomUUID()}`, perPartition, limitMs: readLimitMs, ...world };
    const { records } = await newestRecords(transport, [info], reading);
    return records.flatMap(told);
  };
  const nothing = (): Told[] => [];
  const [alerts, windows, hasState] = await Promise.all([
    newest(config.topics.alerts, lookedAt.alerts, alertIn).catch(nothing),
    newest(config.topics.windows, lookedAt.windows, windowIn).catch(nothing),
    isInStore(config, deviceId).catch(() => false),
  ]);
  const isOfDevice = (told: Told) => told.deviceId === deviceId;
  const alert = alerts.find(({ id }) => id === subjectId);
  const owner = alert ?? windows.find(({ id }) => id === subjectId);
  const ofDevice = new Set(alerts.filter(isOfDevice).map(({ id }) => id));
  return {
    owner: owner === undefined ? null : { deviceId: owner.deviceId, kind: alert === undefined ? 'window' : 'alert' },
    isDeviceKnown: hasState || ofDevice.size > 0 || windows.some(isOfDevice),
    newestAlert: [...ofDevice].at(-1) ?? null,
  };
}

function alertIn({ value }: LogRecord): Told[] {
  return toldIn(
    () => (value === null ? null : decodeAlert(value)),
    ({ alertId }) => alertId,
  );
}

function windowIn({ value }: LogRecord): Told[] {
  return toldIn(
    () => (value === null ? null : decodeScoredWindow(value)),
    ({ windowId }) => windowId,
  );
}

/** What cannot be read is of nobody. */
function toldIn<T extends { deviceId: string }>(decode: () => T | null, idOf: (of: T) => string): Told[] {
  try {
    const of = decode();
    return of === null ? [] : [{ id: idOf(of), deviceId: of.deviceId }];
  } catch {
    return [];
  }
}

async function isInStore({ state: settings }: Config, deviceId: string): Promise<boolean> {
  if (settings.kind === 'embedded' && !isThere(settings.directory)) return false;
  const state = openState({ ...settings, connectTimeoutMs: Math.min(settings.connectTimeoutMs, stateMaxMs) });
  try {
    const [value] = await within(stateMaxMs, () => state.getMany([deviceStateKey(deviceId)]));
    return value !== null;
  } finally {
    void state.close().catch(() => undefined);
  }
}

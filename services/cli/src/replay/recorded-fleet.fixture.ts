// Recorded devices that exist on paper only.
import type { DataSet, RecordedDevice } from '@tocsin/simulator';

export function paperDevice(id: string, startMs: number, endMs: number, facts: Partial<RecordedDevice> = {}): RecordedDevice {
  const rows = Math.max(1, Math.round((endMs - startMs) / 1000));
  return {
    id,
    dataSet: 'paper',
    deviceClass: 'paper',
    group: '',
    split: 'meta-train',
    rows,
    trainRows: Math.floor(rows / 2),
    rateHz: 1,
    channels: ['a', 'b'],
    startMs,
    endMs,
    truth: [],
    file: '',
    format: 'csv',
    scale: [1, 1],
    ...facts,
  };
}

export function paperSet(name: string, devices: readonly RecordedDevice[]): DataSet {
  return { name, title: name, licence: '', citation: '', devices: devices.map((device) => ({ ...device, dataSet: name })) };
}

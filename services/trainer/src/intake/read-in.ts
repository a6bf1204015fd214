// From records of our own topics to what the trainer remembers. A record that cannot be read is counted and passed over.
import { decodeAlert, decodeLabel, decodeScoredWindow, type Alert, type LogMessage, type ScoredWindow } from '@tocsin/schemas';
import type { BatchHandler } from '@tocsin/transport';
import type { OperatorMarks } from './operator-marks.ts';

export type Intake = {
  topics: { windows: string; alerts: string; labels: string };
  marks: OperatorMarks;
  onWindow(window: ScoredWindow): void;
};

/**
 * Never commits: the log is where the trainer's memory comes from, and whoever starts reads it from its beginning. What comes
 * twice, after a rebalance, is recognised by what takes it in.
 */
export function createReadIn({ topics, marks, onWindow }: Intake, note: LogMessage): BatchHandler {
  // A verdict on a guard's alert is about the sensor, not about what the windows looked like.
  const takeAlert = (alert: Alert): void => void (alert.guard === undefined && marks.alert(alert));
  const take = new Map<string, (value: Uint8Array) => void>([
    [topics.windows, (value) => onWindow(decodeScoredWindow(value))],
    [topics.alerts, (value) => takeAlert(decodeAlert(value))],
    [topics.labels, (value) => marks.label(decodeLabel(value))],
  ]);
  return async ({ topic, partition, records }) => {
    const broken: { offset: number; error: string }[] = [];
    for (const { value, offset } of records) {
      if (value === null) continue;
      try {
        take.get(topic)?.(value);
      } catch (error) {
        broken.push({ offset, error: String(error) });
      }
    }
    if (broken.length > 0)
      note('warn', 'records that cannot be read', { topic, partition, records: broken.length, ...broken[0] });
  };
}

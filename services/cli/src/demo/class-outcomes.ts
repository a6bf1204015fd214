// What became of every class in the demo: how it was learned, what it was allowed, what it found. Pure.
import type { Confidence, DecisionPlan, DeviceClass } from '@tocsin/schemas';
import type { Column } from '../terminal/table.ts';
import type { DeviceOutcome } from './scoreboard.ts';

export type ClassOutcome = {
  deviceClass: string;
  devices: number;
  /** Tolerated false alarms, for people. */
  budget: string;
  /** How its last initialisation was learned; null where none was. */
  algorithm: string | null;
  /** Devices by what stood behind their last score. */
  confidence: Partial<Record<Confidence, number>>;
  detected: number;
  detectable: number;
  falseAlarms: number;
};

export function classOutcomes(
  classes: readonly Pick<DeviceClass, 'name' | 'decision'>[],
  devices: readonly DeviceOutcome[],
  initialisations: readonly { deviceClass: string; algorithm: string }[],
): ClassOutcome[] {
  return classes.map(({ name, decision }) => {
    const own = devices.filter(({ deviceClass }) => deviceClass === name);
    const confidence: ClassOutcome['confidence'] = {};
    for (const { confidence: word } of own) if (word !== null) confidence[word] = (confidence[word] ?? 0) + 1;
    const sum = (of: (device: DeviceOutcome) => number) => own.reduce((total, device) => total + of(device), 0);
    return {
      deviceClass: name,
      devices: own.length,
      budget: budgetText(decision),
      algorithm: initialisations.findLast(({ deviceClass }) => deviceClass === name)?.algorithm ?? null,
      confidence,
      detected: sum(({ detected }) => detected),
      detectable: sum(({ detectable }) => detectable),
      falseAlarms: sum(({ falseAlarms }) => falseAlarms),
    };
  });
}

/** `1 a day`, `1 in 6 days`, `1 window in 1,000`: false alarms of one device. */
export function budgetText({
  falseAlarmsPerDay,
  falseAlarmRate,
}: Pick<DecisionPlan, 'falseAlarmsPerDay' | 'falseAlarmRate'>): string {
  if (falseAlarmsPerDay === null) return `1 window in ${rounded(1 / (falseAlarmRate ?? 1))}`;
  return falseAlarmsPerDay >= 1 ? `${rounded(falseAlarmsPerDay)} a day` : `1 in ${rounded(1 / falseAlarmsPerDay)} days`;
}

function rounded(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 2 });
}

export const classColumns: readonly Column<ClassOutcome>[] = [
  { title: 'class', align: 'left', cell: ({ deviceClass }) => deviceClass },
  { title: 'devices', align: 'right', cell: ({ devices }) => String(devices) },
  { title: 'budget**', align: 'left', cell: ({ budget }) => budget },
  { title: 'confidence***', align: 'left', cell: ({ confidence }) => confidenceText(confidence) },
  { title: 'faults found', align: 'right', cell: ({ detected, detectable }) => `${detected} of ${detectable}` },
  { title: 'false alarms', align: 'right', cell: ({ falseAlarms }) => String(falseAlarms) },
];

function confidenceText(confidence: ClassOutcome['confidence']): string {
  const words = Object.entries(confidence);
  return words.length === 1 ? words[0][0] : words.map(([word, count]) => `${word} ${count}`).join(', ');
}

// The notifier of the demo, in this process, without sinks: who reads the topic of notices is told.
import type { Config } from '@tocsin/config';
import { runNotifier, type RunningNotifier } from '@tocsin/notifier';
import type { LogMessage } from '@tocsin/schemas';
import type { DemoFleet } from './demo-fleet.ts';
import type { DemoRoom } from './demo-room.ts';

/**
 * Minutes of a plant pass in seconds here, and all faults of a class lie close together: it takes more machines than break by themselves,
 * and less time, than a plant would be watched with.
 */
const grouping: Config['notifier']['grouping'] = { share: 0.4, minDevices: 3, spanMs: 5000, holdMs: 2500, updateEveryMs: 2000 };

/** The longest that an alert is on its way to people, milliseconds; a machine that is busy included. */
export const toldWithinMs = 3 * Math.max(grouping.holdMs, grouping.updateEveryMs);

export function startDemoNotifier(room: DemoRoom, { classes }: DemoFleet, note: LogMessage): Promise<RunningNotifier> {
  const { transport, state, config } = room;
  const byName = Object.fromEntries(classes.map((deviceClass) => [deviceClass.name, deviceClass]));
  const notifier = { ...config.notifier, httpPort: 0, sinks: {}, grouping };
  return runNotifier({ ...config, classes: byName, notifier }, { transport, state, note });
}

// The console of the demo, in this process.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '@tocsin/config';
import { runConsole, type RunningConsole } from '@tocsin/console';
import type { LogMessage } from '@tocsin/schemas';
import { createLetterDesk } from '../console/letter-desk.ts';
import { createModelDesk } from '../console/model-desk.ts';
import type { DemoFleet } from './demo-fleet.ts';
import type { DemoRoom } from './demo-room.ts';

/** Serves the page of the demo's own fleet; 0 takes a free port. */
export function startDemoPage(room: DemoRoom, fleet: DemoFleet, httpPort: number, note: LogMessage): Promise<RunningConsole> {
  const { transport, state } = room;
  const classes = Object.fromEntries(fleet.classes.map((deviceClass) => [deviceClass.name, deviceClass]));
  const config: Config = { ...room.config, classes, console: { ...room.config.console, httpPort } };
  const letters = createLetterDesk(config, transport, { now: Date.now, sleep: (ms) => sleep(ms) });
  const models = createModelDesk(config, { transport, state, note, now: Date.now });
  return runConsole(config, { transport, state, letters, models, note });
}

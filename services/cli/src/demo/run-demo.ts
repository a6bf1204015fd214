// `tocsin demo`: the whole product in one process. A fleet teaches an initialisation, machines that nobody has seen before
// are watched after a handful of windows, some of them fail, a further meta-update reaches the scorer while it runs, and what reaches
// many machines at once is told as one incident.
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '@tocsin/config';
import { bundledDataDirectory, replay } from '@tocsin/simulator';
import type { Output } from '../terminal/screen.ts';
import { createScreen, type Screen } from '../terminal/screen.ts';
import { budgetText, classOutcomes } from './class-outcomes.ts';
import { createDemoWatch, type DemoWatch } from './demo-watch.ts';
import { recordedFleet, simulatedFleet, type DemoDevice, type DemoFleet } from './demo-fleet.ts';
import { openDemoRoom, type DemoRoom } from './demo-room.ts';
import { startDemoNotifier, toldWithinMs } from './demo-notifier.ts';
import { startDemoPage } from './demo-page.ts';
import { demoLesson, startDemoServices, type DemoServices } from './demo-services.ts';
import { checksOf } from './checks.ts';
import { reportLines, type DemoReport } from './report.ts';
import { createScoreboard } from './scoreboard.ts';
import { createServiceNotes } from './service-notes.ts';
import { createShareTrack, type ShareTrack } from './share-track.ts';
import { untilDrained, watchTopics } from './watch-topics.ts';

export type DemoOptions = {
  forSeconds: number;
  reportFile: string | undefined;
  dataDirectory: string | undefined;
  seed: number;
  output: Output;
  useColour: boolean;
  /** The console page; `kept`, where it is to stay, resolves when nobody wants it any more. */
  page: { port: number; kept: ((exitCode: number) => Promise<void>) | null };
};

/** From one recording that comes with Tocsin to the next. */
const dayMs = 86_400_000;
/** Simulated pumps that teach, and that appear later. */
const simulated = { fleet: 8, unseen: 6, startMs: Date.UTC(2026, 0, 1) };
/** On a slow machine what was promised takes precedence over how long it was to take: so many times as long, at most. */
const patience = 5;
/** The least that an act of playing takes, milliseconds. */
const shortestActMs = 5000;
/** Share of their time after which machines wait for the further meta-update. */
const untilUpdate = 0.7;

/** Runs the demo; 0 where everything that it promises happened. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const startedMs = Date.now();
  const elapsedS = () => (Date.now() - startedMs) / 1000;
  const screen = createScreen(options.output, Date.now, options.useColour);
  const notes = createServiceNotes(elapsedS, (line) => screen.event(screen.colour('red', line)));
  const { note } = notes;
  // A report that cannot be written is better known now than in a minute.
  if (options.reportFile !== undefined) writeFileSync(options.reportFile, '');
  const fleet = gatherFleet(options);
  introduce(screen, fleet);
  const room = await openDemoRoom(loadConfig({ env: {} }), note);
  const board = createScoreboard(fleet.devices);
  const watch = createDemoWatch({ screen, board, classes: fleet.classes, elapsedS, forSeconds: options.forSeconds });
  const watcher = await watchTopics(room.transport, room.config.topics, watch);
  const notifier = await startDemoNotifier(room, fleet, note);
  const services = await startDemoServices(room, fleet, options.seed, note);
  const page = await startDemoPage(room, fleet, options.page.port, note);
  screen.event(`  console: ${page.url}`);
  try {
    const isPlayed = await playActs({ ...options, fleet, room, services, watch, elapsedS });
    const isOver = () => elapsedS() > patience * options.forSeconds + 20;
    const isScored = await untilDrained([services.telemetry, watcher], isOver, sleep);
    for (let waitedMs = 0; waitedMs < toldWithinMs && !watch.isAllTold(); waitedMs += 50) await sleep(50);
    if (!isPlayed || !isScored)
      screen.event(
        `stopped after ${Math.round(elapsedS())} s with data left to ${isPlayed ? 'score' : 'play'}; give it more time with --for`,
      );
    screen.done();
    const said = notes.lines();
    if (said.length > 0) screen.event(['', 'said by the services meanwhile:', ...said.map((line) => `  ${line}`)].join('\n'));
    const exitCode = report(options, screen, { fleet, board, watch, seconds: elapsedS() });
    if (options.page.kept !== null) {
      screen.event(`the console stays at ${page.url} until Ctrl-C`);
      await options.page.kept(exitCode);
    }
    return exitCode;
  } finally {
    screen.done();
    await page.stop();
    await services.stop();
    await notifier.stop();
    await watcher.stop();
    await room.close();
  }
}

function gatherFleet({ dataDirectory, seed }: DemoOptions): DemoFleet {
  if (dataDirectory !== undefined) return recordedFleet(dataDirectory);
  const recorded = recordedFleet(bundledDataDirectory, dayMs);
  const pumps = simulatedFleet(seed, simulated.fleet, simulated.unseen, simulated.startMs);
  return {
    classes: [...recorded.classes, ...pumps.classes],
    devices: [...recorded.devices, ...pumps.devices],
    notices: recorded.notices,
    shared: pumps.shared,
  };
}

/** Classes with enough devices to learn a first initialisation from. */
function teachingClasses({ classes, devices }: DemoFleet): string[] {
  const teachers = (name: string) => devices.filter(({ deviceClass, role }) => deviceClass === name && role === 'fleet').length;
  return classes.map(({ name }) => name).filter((name) => teachers(name) >= demoLesson.minDevices);
}

function introduce(screen: Screen, { classes, devices, notices }: DemoFleet): void {
  screen.event(
    screen.colour('bold', `Tocsin: ${devices.length} machines of ${classes.length} classes, one process, embedded log and store`),
  );
  for (const notice of notices) screen.event(screen.colour('dim', `  ${notice}`));
  const budgets = classes.map(({ name, decision }) => `${name} ${budgetText(decision)}`).join(', ');
  screen.event(screen.colour('dim', `  false alarms tolerated per device: ${budgets}`));
}

type Acts = DemoOptions & { fleet: DemoFleet; room: DemoRoom; services: DemoServices; watch: DemoWatch; elapsedS(): number };

/** True where everything was played before the time was up. */
async function playActs({ forSeconds, fleet, room, services, watch, elapsedS }: Acts): Promise<boolean> {
  const tracks = fleet.devices.map((device) => createShareTrack(device, room.config.topics.telemetry[0]));
  const writer = room.transport.writer();
  const signal = AbortSignal.timeout(patience * forSeconds * 1000);
  const leftMs = () => Math.max(0, (forSeconds - 2 - elapsedS()) * 1000);
  const actMs = (share: number) => Math.max(shortestActMs, share * leftMs());
  let isLate = false;
  const until = async (isTrue: () => boolean) => {
    while (!isTrue() && !signal.aborted) {
      if (!isLate && elapsedS() > forSeconds) {
        isLate = true;
        watch.late(patience * forSeconds);
      }
      watch.tick();
      await sleep(50);
    }
  };
  const play = (shareOf: (device: DemoDevice) => number, durationMs: number) =>
    replay({
      sources: tracks.map((track: ShareTrack) => track.upTo(shareOf(track.device))),
      pace: durationMs > 0 ? { durationMs } : { speed: Infinity },
      send: (records) => writer.send(records),
      now: Date.now,
      sleep: (ms) => sleep(ms),
      signal,
      onSent: ({ records }) => watch.sent(records),
    });

  const teaching = teachingClasses(fleet).length;

  watch.act('the fleet plays its normal beginning; nothing is known yet');
  await play((device) => device.commissioningShare, 0);
  await untilDrained([services.telemetry], () => signal.aborted, sleep);
  watch.act('the trainer learns a first initialisation of every class');
  await services.startTrainer();
  await until(() => watch.versionsOf(1) >= teaching);

  watch.act('new machines appear');
  await play(() => untilUpdate, actMs(0.55));
  watch.act('the trainer learns from what has been seen since');
  const waitEndMs = Date.now() + leftMs() * 0.6;
  // Where the gate refuses everything so far, the rest may bring what it publishes.
  const isOver = () => elapsedS() > (patience / 2) * forSeconds;
  const isEnough = () => watch.versionsOf(2) >= teaching || (Date.now() > waitEndMs && (watch.versionsOf(2) > 0 || isOver()));
  await until(isEnough);
  watch.act('the rest, with the initialisation that was adopted meanwhile');
  if (fleet.shared !== null) watch.act(fleet.shared);
  await play(() => 1, actMs(0.55));
  await writer.close();
  return !signal.aborted;
}

function report(
  options: DemoOptions,
  screen: Screen,
  run: { fleet: DemoFleet; board: ReturnType<typeof createScoreboard>; watch: DemoWatch; seconds: number },
): number {
  const { board, watch, fleet, seconds } = run;
  const devices = board.outcomes();
  const initialisations = watch.initialisations();
  const incidents = board.incidents();
  const checks = checksOf(devices, initialisations, teachingClasses(fleet), incidents);
  const data = options.dataDirectory ?? 'bundled';
  const result: DemoReport = {
    seconds,
    seed: options.seed,
    data,
    totals: { records: watch.records(), ...board.totals() },
    classes: classOutcomes(fleet.classes, devices, initialisations),
    initialisations,
    devices,
    incidents,
    checks,
  };
  for (const line of reportLines(result, screen, options.output.columns)) options.output.write(`${line}\n`);
  if (options.reportFile !== undefined) writeFileSync(options.reportFile, `${JSON.stringify(result, null, 2)}\n`);
  return checks.every(({ passed }) => passed) ? 0 : 1;
}

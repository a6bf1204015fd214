// What the demo tells while it runs: a status line, and a line for everything that people should see happen.
import type { DeviceClass, ModelAnnouncement } from '@tocsin/schemas';
import type { Screen } from '../terminal/screen.ts';
import { aurocOf } from './report-columns.ts';
import type { InitialisationReport } from './report.ts';
import type { Scoreboard } from './scoreboard.ts';
import { createNoticeTeller, type NoticeTeller } from './tell-notices.ts';
import type { Watcher } from './watch-topics.ts';

export type DemoWatch = Watcher & {
  /** A new part of the story. */
  act(title: string): void;
  /** The time is up and something promised has not happened yet. */
  late(mostSeconds: number): void;
  /** Records sent so far in this act. */
  sent(records: number): void;
  /** Refreshes the status line. */
  tick(): void;
  isAllTold: NoticeTeller['isAllTold'];
  /** Classes that have at least this version. */
  versionsOf(version: number): number;
  records(): number;
  initialisations(): InitialisationReport[];
};

export function createDemoWatch(parts: {
  screen: Screen;
  board: Scoreboard;
  classes: readonly DeviceClass[];
  elapsedS(): number;
  forSeconds: number;
}): DemoWatch {
  const { screen, board, classes, elapsedS, forSeconds } = parts;
  const known: InitialisationReport[] = [];
  const sentBefore = { acts: 0, act: 0 };
  let title = '';

  const clock = () => screen.colour('dim', `${elapsedS().toFixed(1).padStart(5)} s`);
  const teller = createNoticeTeller(screen, clock);
  const versionOf = (name: string) =>
    Math.max(0, ...known.filter(({ deviceClass }) => deviceClass === name).map(({ version }) => version));
  const tick = () => {
    const { windows, alerts } = board.totals();
    const versions = classes.map(({ name }) => `${name} v${versionOf(name)}`).join(', ');
    screen.progress(Math.min(1, elapsedS() / forSeconds), `${windows} windows, ${alerts} alerts | ${title} | ${versions}`);
  };

  return {
    tick,
    act(next) {
      sentBefore.acts += sentBefore.act;
      sentBefore.act = 0;
      title = next;
      screen.event(`${clock()}  ${screen.colour('bold', next)}`);
      tick();
    },
    late(mostSeconds) {
      const text = `this takes longer than ${forSeconds} s here; nothing is left out (${mostSeconds} s at most)`;
      screen.event(`${clock()}  ${screen.colour('yellow', text)}`);
    },
    sent(records) {
      sentBefore.act = records;
      tick();
    },
    window(scored) {
      board.window(scored);
      const used = known.find(
        ({ deviceClass, version }) => deviceClass === scored.deviceClass && version === scored.modelVersion,
      );
      if (used !== undefined && used.adoptedAtS === null) {
        used.adoptedAtS = elapsedS();
        screen.event(
          `${clock()}  ${scored.deviceClass} v${scored.modelVersion} in use: first window scored on ${scored.deviceId}`,
        );
      }
    },
    alert(alert) {
      board.alert(alert);
      teller.raised(alert);
    },
    told(notice) {
      if (notice.about === 'incident') board.incident(notice.incident);
      teller.told(notice);
    },
    isAllTold: teller.isAllTold,
    initialisation(announcement) {
      if (announcement.stage === 'canary' || announcement.stage === 'withdrawn') return;
      known.push(initialisationReport(announcement, elapsedS()));
      const { deviceClass, version, metrics } = announcement;
      const learned = `${metrics.algorithm}, from ${metrics.devicesTrained} devices in ${metrics.seconds.toFixed(1)} s`;
      screen.event(`${clock()}  ${screen.colour('cyan', `${deviceClass} v${version}`)} learned: ${learned}`);
    },
    versionsOf: (version) => classes.filter(({ name }) => versionOf(name) >= version).length,
    records: () => sentBefore.acts + sentBefore.act,
    initialisations: () => known,
  };
}

function initialisationReport({ deviceClass, version, metrics }: ModelAnnouncement, announcedAtS: number): InitialisationReport {
  const { learner, candidates, algorithm, backend, devicesTrained, windows, heldOutAuroc, verdict, seconds } = metrics;
  return {
    deviceClass,
    version,
    algorithm,
    backend,
    devicesTrained,
    windows,
    candidates,
    heldOutAuroc: aurocOf(candidates, learner),
    previousAuroc: heldOutAuroc.previous,
    verdict,
    trainedInS: seconds,
    announcedAtS,
    adoptedAtS: null,
  };
}

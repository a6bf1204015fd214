import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checksumOf, decodeBundle } from '@tocsin/models';
import { bundleKey, currentBundleKey, decodeModelAnnouncement } from '@tocsin/schemas';
import { expect, test, vi } from 'vitest';
import { remainsWith, startLife, topics, type Life, type Remains } from './dying-trainer.fixture.ts';

const windows = 30;
const until = (life: Life, isDone: () => boolean) =>
  vi.waitFor(() => expect(life.isDead() || isDone()).toBe(true), { timeout: 10_000, interval: 2 });
/** Has everything been published and forgotten that was learned? */
const isDone =
  ({ trainer }: Life) =>
  () => {
    const { version, newWindows } = trainer.status().classes.pump;
    return version > 0 && newWindows === 0;
  };

/** Whatever is said to be there is there, whole. */
function expectWhole({ sent, values }: Remains): number {
  const announced = sent.filter(({ topic }) => topic === topics.models).map(({ value }) => decodeModelAnnouncement(value!));
  const pointer = values.get(currentBundleKey('pump'));
  const current = pointer === undefined ? [] : [decodeModelAnnouncement(pointer)];
  for (const { version, checksum } of [...announced, ...current]) {
    const bytes = values.get(bundleKey('pump', version));
    expect(bytes && checksumOf(bytes)).toBe(checksum);
    expect(decodeBundle(bytes!).version).toBe(version);
  }
  return announced.length;
}

test.each(['before', 'after'] as const)(
  'a trainer that dies %s any call leaves nothing half, and the next one brings it to its end',
  async (when) => {
    let died = 0;
    for (let at = 1; ; at++) {
      const directory = mkdtempSync(join(tmpdir(), 'tocsin-dying-'));
      const remains = remainsWith(join(directory, 'episodes'), windows);
      const first = startLife(remains, at, when);
      await until(first, isDone(first));
      expectWhole(remains);
      // Whatever it asks for afterwards is asked at every look.
      const isOver = isDone(first)();
      if (isOver) {
        rmSync(directory, { recursive: true });
        break;
      }
      died += 1;
      const next = startLife(remains, Infinity, when);
      await until(next, isDone(next));
      expect(expectWhole(remains)).toBeGreaterThan(0);
      // Every window counts, once, and nobody learned from some of them only.
      expect(remains.learned.filter((learned) => learned !== 3 * windows)).toEqual([]);
      expect(remains.learned.length).toBeLessThanOrEqual(2);
      expect(next.trainer.status().classes.pump.version).toBeLessThanOrEqual(2);
      await next.trainer.stop();
      rmSync(directory, { recursive: true });
    }
    expect(died).toBeGreaterThan(12);
  },
  120_000,
);

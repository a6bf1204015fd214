import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { range, topics, useStoreRoom } from '../episode-store/store-room.fixture.ts';
import { labelOf, over, recordsOf } from '../scored-windows.fixture.ts';
import { openReplay } from './replay-log.ts';

const room = useStoreRoom();

//   windows over the threshold    0 1 2 .......... 599
//   label of window 31                    ^ at 500: by then there was no room for it any more
test('a label that came too late for a window that had to go is too late again, though all labels are read first', async () => {
  const windows = recordsOf('windows', range(0, 600, over));
  const said = labelOf({ subjectId: 'w31' });
  const [label] = recordsOf('labels', [said]).map((record) => ({ ...record, timestampMs: windows[500].timestampMs }));
  room.take(windows.slice(0, 501));
  room.take([label]);
  room.take(windows.slice(501));
  const live = room.load();

  const directory = mkdtempSync(join(tmpdir(), 'tocsin-replay-'));
  const limits = { maxBytes: 100_000_000, windowsPerDevice: 32 };
  const layouts = new Map([['pump', { specHash: 'spec', d: 1 }]]);
  const store = { directory: join(directory, 'store'), seed: 5, topics, layouts, minWindows: 3, note: () => undefined };
  const replay = openReplay({ ...limits, ...store });
  replay.said([label]);
  for (let from = 0; from < 600; from += 7) replay.windows(windows.slice(from, from + 7));
  const played = replay.load('pump', { specHash: 'spec', windowsMin: 1, devicesMax: 100, seed: 1 });
  expect(played.learnedFrom.digest).toBe(live.learnedFrom.digest);
  expect(played.devices).toEqual(live.devices);
  await replay.close();

  // With the label there from the beginning the window would have stayed.
  room.store.forgetPositions('windows');
  await room.reopen({ directory: join(directory, 'other') });
  room.take([label]);
  room.take(windows);
  expect(room.load().learnedFrom.digest).not.toBe(live.learnedFrom.digest);
  rmSync(directory, { recursive: true });
});

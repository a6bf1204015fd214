import { encodeLabel } from '@tocsin/schemas';
import { StateError } from '@tocsin/state';
import type { RecordBatch } from '@tocsin/transport';
import { expect, test } from 'vitest';
import { createFollowLabels } from './follow-labels.ts';
import { createLabelBook } from './label-book.ts';

test('a store that is away keeps nobody from hearing what operators say', async () => {
  const book = createLabelBook();
  const away = () => Promise.reject(new StateError('unreachable', 'away'));
  const state = { kind: 'redis', getMany: away, putIfNewer: away, put: away, remove: away, ping: away, close: away } as const;
  const follow = createFollowLabels(book, state, { label: () => undefined }, () => undefined);
  const label = { labelId: 'l', deviceId: 'p', subjectId: 'a', verdict: 'real', who: 'Ada', atMs: 1, note: '' } as const;
  const position = { topic: 't', partition: 0, offset: 0, timestampMs: 0, key: null, headers: {} };
  const calls = { isStale: () => false, heartbeat: async () => undefined, commit: async () => undefined };
  const resumedFrom = { offset: 0, metadata: '' };
  const records = [{ ...position, value: encodeLabel(label) }];
  const batch: RecordBatch = { topic: 't', partition: 0, records, endOffset: 1, epoch: 1, resumedFrom, ...calls };
  await follow(batch);
  expect(book.labelsOf('p')).toMatchObject([label]);
});

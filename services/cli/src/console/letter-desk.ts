// What the console can do about refused records, with the same parts as `tocsin dlq`.
import type { Config } from '@tocsin/config';
import type { LetterDesk } from '@tocsin/console';
import { readingEndMs, sampleCount, type Reading } from '@tocsin/schemas';
import type { Transport } from '@tocsin/transport';
import { createLetterJudge, type Judgement } from '../dlq/judge-letters.ts';
import type { LetterRoom } from '../dlq/letter-room.ts';
import { redriveChosen } from '../dlq/redrive-chosen.ts';
import { scanLetters } from '../dlq/scan-letters.ts';
import { explainError } from '../explain-error.ts';

export type LetterDeskOptions = { now(): number; sleep(ms: number): Promise<void> };

const samplesShown = 6;

export function createLetterDesk(config: Config, transport: Transport, { now, sleep }: LetterDeskOptions): LetterDesk {
  const topic = config.topics.deadLetter;
  const group = `${config.scorer.groupId}.dlq`;
  return {
    async judge(letter) {
      const judge = createLetterJudge(config, now);
      try {
        const [judgement] = await judge.judge([letter]);
        return shown(judgement);
      } catch (error) {
        return { now: `cannot be said: ${explainError(error)}`, wouldBeTaken: null, decoded: null };
      } finally {
        await judge.close();
      }
    },
    async redrive({ ids, reason, dryRun, force, who }) {
      const info = await transport.admin().describe(topic);
      const room: LetterRoom = {
        config,
        transport,
        topic,
        scan: async (options) => (info === null ? undefined : scanLetters(transport, info, { ...options, group, now, sleep })),
      };
      const choice = { ...(ids === undefined ? {} : { ids: new Set(ids) }), ...(reason === undefined ? {} : { reason }) };
      const signal = AbortSignal.timeout(longestMs);
      const { tally } = await redriveChosen(room, { choice, isDryRun: dryRun, isForced: force, who, signal, now });
      const { chosen, sent, before, late, refused } = tally;
      const refusals = [...refused].map(([why, { letters, message }]) => ({ reason: why, letters, message }));
      return { chosen, sent, before, late, refused: refusals, isDryRun: dryRun };
    },
  };
}

/** What was sent until then is marked, and the same wish goes on from there. */
const longestMs = 5 * 60_000;

function shown(judgement: Judgement): Awaited<ReturnType<LetterDesk['judge']>> {
  if (judgement.outcome === 'refused')
    return { now: `refused as ${judgement.reason}: ${judgement.message}`, wouldBeTaken: false, decoded: null };
  const { reading, timeliness } = judgement;
  const when = {
    'in-time': 'and in time',
    late: 'but too late: its device has been judged on later windows, so no window would come of it',
    unknown: 'but whether in time cannot be said: the state store does not answer',
  }[timeliness];
  return { now: `would be taken, ${when}`, wouldBeTaken: true, decoded: decodedOf(reading) };
}

function decodedOf(reading: Reading): NonNullable<Awaited<ReturnType<LetterDesk['judge']>>['decoded']> {
  const { deviceId, deviceClass, startMs, rateHz, channels, samples } = reading;
  const count = sampleCount(reading);
  return {
    deviceId,
    deviceClass,
    startMs,
    endMs: readingEndMs(reading),
    rateHz,
    channels: channels.map((name, channel) => ({
      name,
      first: Array.from({ length: Math.min(samplesShown, count) }, (_, i) => samples[i * channels.length + channel]),
      samples: count,
    })),
  };
}

// One dead letter in full: what was refused, why, its bytes, and what would become of it now.
import { readingEndMs, redriveHeader, sampleCount, type DeadLetter, type Reading, type Redrive } from '@tocsin/schemas';
import { counted, moment } from '../terminal/figures.ts';
import type { Judgement } from './judge-letters.ts';
import { bytesText, hexDump, keyText, printable } from './printable.ts';
import type { FoundLetter } from './scan-letters.ts';

const dumpBytesMax = 256;
const samplesShown = 4;

/** `judgement` as a text says why there is none. */
export function letterLines(
  { letter, refusedAtMs }: FoundLetter,
  redrives: readonly Redrive[],
  judgement: Judgement | string,
): string[] {
  const { id, reason, stage, error, timestampMs, key, value, headers } = letter;
  const origin = headers[redriveHeader];
  const fields: [string, string][] = [
    ['id', id],
    ['refused', `${momentOf(refusedAtMs)}, as ${reason} at stage ${stage}`],
    ['because', error],
    ['record', `${momentOf(timestampMs)}, ${valueText(letter)}`],
    ['key', keyText(key)],
    ...Object.entries(headers).map(([name, bytes]): [string, string] => ['header', `${name}: ${bytesText(bytes)}`]),
    ...(origin === undefined ? [] : [['again', `this was a redrive of ${bytesText(origin)}`] satisfies [string, string]]),
    ...redrives.map(({ atMs, who }): [string, string] => ['redriven', `${momentOf(atMs)} by ${who}`]),
    ...judgementFields(judgement, letter),
  ];
  const lines = fields.map(([title, text]) => `${title.padEnd(9)} ${printable(text)}`);
  return value === null || value.byteLength === 0 ? lines : [...lines, '', ...hexDump(value, dumpBytesMax)];
}

function judgementFields(judgement: Judgement | string, { reason }: DeadLetter): [string, string][] {
  if (typeof judgement === 'string') return [['now', `cannot be said: ${judgement}`]];
  if (judgement.outcome === 'refused') {
    const still = judgement.reason === reason ? 'still refused' : 'refused';
    return [['now', `${still} as ${judgement.reason}: ${judgement.message}`]];
  }
  const { reading, timeliness, frontierMs } = judgement;
  const device = `device ${reading.deviceId} of class ${reading.deviceClass}`;
  const late = `but too late: the device has been judged up to ${momentOf(frontierMs)}; no window would come of it`;
  const unknown = 'whether in time cannot be said: the state store does not answer';
  const when = { 'in-time': 'and in time', late, unknown }[timeliness];
  return [
    ['now', `decodes with this configuration: would be taken, ${when}`],
    ['reading', `${device}, ${momentOf(reading.startMs)} to ${momentOf(readingEndMs(reading))}, ${reading.rateHz} Hz`],
    ...reading.channels.map((_, channel): [string, string] => ['samples', samplesOf(reading, channel)]),
  ];
}

function valueText({ value, cutFromBytes }: DeadLetter): string {
  if (value === null) return 'no value';
  if (cutFromBytes === undefined) return counted(value.byteLength, 'byte');
  return `${counted(cutFromBytes, 'byte')}, of which the letter has the first ${counted(value.byteLength, 'byte')} and no headers`;
}

function samplesOf(reading: Reading, channel: number): string {
  const { channels, samples } = reading;
  const first = Array.from({ length: Math.min(samplesShown, sampleCount(reading)) }, (_, i) =>
    String(Number(samples[i * channels.length + channel].toPrecision(5))),
  );
  const rest = sampleCount(reading) > samplesShown ? ', …' : '';
  return `${channels[channel]}: ${first.join(', ')}${rest} (${sampleCount(reading)})`;
}

/** To the millisecond: what is looked for is often one record of many in a second. */
function momentOf(epochMs: number): string {
  if (!Number.isFinite(epochMs) || Math.abs(epochMs) > 8.64e15) return String(epochMs);
  return `${moment(epochMs)}.${new Date(epochMs).toISOString().slice(20, 23)}`;
}

// Did load cost a window? Every device's windows are counted against those that its frames must have given.
import type { DeviceWindowsSeen, LoadRoom, LoadSample } from './load-room.ts';
import { windowsSeen } from './load-room.ts';
import { recordsOf, windowsOf, type LoadPlan } from './load-plan.ts';

export type LoadVerdict = {
  windows: number;
  lost: number;
  twice: number;
  strange: number;
  refused: Map<string, number>;
  problems: string[];
};

/** `mayRefuse`: reasons for which records of strangers may have been refused. */
export async function judgeLoad(room: LoadRoom, plan: LoadPlan): Promise<LoadVerdict> {
  const seen = await windowsSeen(room);
  const verdict: LoadVerdict = {
    windows: 0,
    lost: 0,
    twice: 0,
    strange: 0,
    refused: new Map(),
    problems: room.troubles.slice(0, 3),
  };
  const { churnRounds = Infinity, devices, rounds } = plan;
  const ids = devices + Math.floor((rounds - 1) / churnRounds);
  for (let i = 0; i < ids; i++) {
    // Device i comes when the first has left that makes room for it, and leaves when it is the first itself.
    const from = i < devices ? 0 : (i - devices + 1) * churnRounds;
    judgeDevice(seen.get(`d${i}`), windowsOf(plan, from, Math.min(rounds, (i + 1) * churnRounds)), verdict);
    seen.delete(`d${i}`);
  }
  verdict.strange = seen.size;
  verdict.refused = new Map([...(await room.metric('tocsin_records_rejected_total'))].filter(([, n]) => n > 0));
  const read = (await room.metric('tocsin_records_total')).get('') ?? 0;
  const { all, poison } = recordsOf(plan);
  if (read !== all) verdict.problems.push(`${all} records sent, ${read} read`);
  if ((verdict.refused.get('broken_avro') ?? 0) !== poison)
    verdict.problems.push(`${poison} broken records, ${verdict.refused.get('broken_avro') ?? 0} refused`);
  let letters = 0;
  await room.each('dead-letter', () => (letters += 1));
  const refused = [...verdict.refused.values()].reduce((sum, n) => sum + n, 0);
  if (letters !== refused) verdict.problems.push(`${refused} records refused, ${letters} dead letters`);
  if (verdict.lost + verdict.twice > 0) verdict.problems.push(`${verdict.lost} windows lost, ${verdict.twice} twice`);
  return verdict;
}

function judgeDevice(
  seen: DeviceWindowsSeen | undefined,
  { count, firstMs }: { count: number; firstMs: number },
  verdict: LoadVerdict,
): void {
  const found = seen?.count ?? 0;
  verdict.windows += found;
  // The last of a device that has left may be closed by its silence, with nothing missing.
  verdict.lost += Math.max(0, count - found);
  verdict.twice += seen?.repeated ?? 0;
  if (count > 0 && seen !== undefined && seen.firstMs !== firstMs)
    verdict.problems.push(`a first window at ${seen.firstMs}, expected ${firstMs}`);
}

export const sampleHead = '  seconds       read        lag   records/s    own MB   heap MB   devices   loop p99 ms';

/** A line under that head; records per second since the sample before. */
export function sampleRow(one: LoadSample, before: LoadSample): string {
  const rate = (one.read - before.read) / (one.seconds - before.seconds);
  const cells: [number, number][] = [
    [one.seconds, 9],
    [one.read, 11],
    [one.lag, 11],
    [rate, 12],
    [one.ownMb, 10],
    [one.heapMb, 10],
    [one.devices, 10],
    [one.loopMs, 14],
  ];
  return cells.map(([value, width]) => Math.round(value).toLocaleString('en').padStart(width)).join('');
}

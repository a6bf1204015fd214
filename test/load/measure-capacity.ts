// How many records per second a scorer takes on this machine at this moment.
import { openLoadRoom } from './load-room.ts';
import { recordsOf, type LoadPlan } from './load-plan.ts';

type Fleet = Pick<LoadPlan, 'className' | 'frameSamples' | 'devices'>;

const backlogRounds = 400;
const writingSeconds = 60;

/**
 * Records per second of a scorer that always has more to read while somebody goes on writing: a backlog alone shows more than it takes
 * beside a producer, since both use the same machine.
 */
export async function measureCapacity(fleet: Fleet, retainRecords: number): Promise<number> {
  const alone = await rateUnder({ ...fleet, rounds: backlogRounds, perSecond: null }, retainRecords, () => true);
  const perSecond = Math.round(1.3 * alone);
  const rounds = Math.ceil((writingSeconds * perSecond) / fleet.devices);
  return rateUnder({ ...fleet, rounds, perSecond }, retainRecords, (share) => share > 1 / 4 && share < 1);
}

/** Over the samples at which there was more to read, as far as `counts` takes them by the share of the time of writing that had passed. */
async function rateUnder(plan: LoadPlan, retainRecords: number, counts: (share: number) => boolean): Promise<number> {
  const room = await openLoadRoom({ retainRecords });
  try {
    await room.scorer.start();
    const produced = room.produce(plan);
    await room.watch(500, produced);
    const { seconds: writing } = await produced;
    const busy = room.samples.filter(
      ({ lag, read, seconds }) => lag > 0 && read > 0.1 * recordsOf(plan).all && counts(seconds / writing),
    );
    const [first, last] = [busy[0], busy.at(-1)];
    if (first === undefined || last === undefined || first === last)
      throw new Error('the producer is no faster than the scorer: no capacity to be measured');
    return (last.read - first.read) / (last.seconds - first.seconds);
  } finally {
    await room.close();
  }
}

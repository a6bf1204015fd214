// The alerts of one class, put down in the state store before anything of them is said: what is known, how far the topic was read, and
// what is still to be sent, in one value that is replaced as a whole. Whoever dies in between, the next one goes on from there; two
// processes that both have alerts of the class see each other's value and take turns.
import { noGroups, restoreGroups, storeGroups, type ClassGroups, type Told } from '@tocsin/decisions';
import { encodeAlert, encodeFleetIncident, noticesKey, type LogMessage } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { LogWriter } from '@tocsin/transport';
import { decodeDesk, encodeDesk, type Outgoing } from './desk-codec.ts';
import { takingTurns } from './take-turns.ts';

export type DeskParts = {
  state: StateStore;
  writer: LogWriter;
  topics: { notices: string; incidents: string };
  note: LogMessage;
  now(): number;
  sleep(ms: number): Promise<unknown>;
  /** What was sent; `grouped` alerts were not, because they are part of an incident. */
  onTold(deviceClass: string, told: readonly Told[], grouped: number): void;
};

/** What is known, and the next offset of every partition of alerts that was taken into account. A step may change both. */
export type DeskView = { groups: ClassGroups; next: Record<number, number> };

/** `isChanged` is false where nothing was done that has to be remembered. */
export type Step = (view: DeskView) => { told: readonly Told[]; isChanged: boolean };

export type ClassDesk = {
  /**
   * Runs `step`, again on what somebody else has stored meanwhile, and says what it tells. One after the other; those that wait for the
   * same one are stored together. Rejects where one of them cannot be.
   */
  change(step: Step): Promise<void>;
  /** Somebody else may have stored something and be gone: it is looked up before the next step. */
  lookAgain(): void;
  /** As last seen; null while it is not known. */
  view(): DeskView | null;
};

type Held = DeskView & {
  sequence: number;
  /** The store has lost it. */
  isLost: boolean;
};

/** Whoever has stored what is to be sent is given so long to do it. */
const sendingMs = 5000;
const lookAgainMs = 100;
/** Even where nobody seems to have come or gone: what somebody else had to say is looked for so often. */
const lookEveryMs = 60_000;
/** Others get in between so often at most. */
const turnsMax = 50;

export function createClassDesk(deviceClass: string, { state, writer, topics, note, now, sleep, onTold }: DeskParts): ClassDesk {
  const key = noticesKey(deviceClass);
  let held: Held | null = null;
  /** The newest that is known to have been stored. */
  let newest: { sequence: number; bytes: Uint8Array } | null = null;
  let lookedMs = -Infinity;

  async function put(one: Held, outbox: readonly Outgoing[]): Promise<boolean> {
    const sequence = one.sequence + 1;
    const bytes = encodeDesk({ sequence, next: one.next, groups: storeGroups(one.groups), outbox });
    const [isStored] = await state.putIfNewer([{ key, order: sequence, value: bytes }]);
    if (!isStored) return false;
    Object.assign(one, { sequence, isLost: false });
    newest = { sequence, bytes };
    return true;
  }

  /** What is stored; what its writer did not get to send is sent. A store that has lost it is told again. */
  async function load(): Promise<Held> {
    lookedMs = now();
    const [stored] = await state.getMany([key]);
    if (held !== null && newest !== null && stored !== null && Buffer.compare(stored, newest.bytes) === 0) return held;
    held = null;
    const found = stored === null ? null : decodeDesk(stored, key);
    const isLost = newest !== null && (found === null || found.sequence < newest.sequence);
    if (isLost) note('warn', 'the store has lost what was known of the alerts of a class: it is stored again', { deviceClass });
    const value = isLost ? decodeDesk(newest!.bytes, key) : found;
    if (value === null) return { groups: noGroups(deviceClass), next: {}, sequence: 0, isLost };
    const { sequence, next, groups, outbox } = value;
    if (!isLost) newest = { sequence, bytes: stored! };
    const one = { groups: restoreGroups(groups), next, sequence, isLost };
    if (outbox.length === 0) return one;
    if (outbox.some(({ timestampMs }) => Math.abs(now() - timestampMs) < sendingMs)) {
      await sleep(lookAgainMs);
      return load();
    }
    await writer.send(outbox);
    return (await put(one, [])) ? one : load();
  }

  async function run(steps: readonly Step[]): Promise<void> {
    for (let tries = 0; tries < turnsMax; tries++) {
      const isRecent = Math.abs(now() - lookedMs) < lookEveryMs;
      const one = (isRecent ? held : null) ?? (await load());
      // Until everything is stored and sent there is nothing to go on from but the store.
      held = null;
      const { grouped } = one.groups;
      const results = steps.map((step) => step(one));
      if (!one.isLost && results.every(({ isChanged }) => !isChanged)) {
        held = one;
        return;
      }
      const told = results.flatMap((result) => result.told);
      const outbox = told.flatMap((each) => outgoingOf(each, now(), topics));
      if (!(await put(one, outbox))) continue;
      if (outbox.length > 0) await writer.send(outbox);
      if (outbox.length === 0 || (await put(one, []))) held = one;
      onTold(deviceClass, told, one.groups.grouped - grouped);
      return;
    }
    throw new Error(`${key}: somebody else stored it ${turnsMax} times in between; run fewer notifiers`);
  }

  return {
    change: takingTurns(run),
    lookAgain: () => void (lookedMs = -Infinity),
    view: () => held,
  };
}

function outgoingOf(told: Told, timestampMs: number, { notices, incidents }: DeskParts['topics']): Outgoing[] {
  if (told.about === 'alert') return [{ topic: notices, key: told.alert.deviceId, value: encodeAlert(told.alert), timestampMs }];
  const { incident } = told;
  const value = encodeFleetIncident(incident);
  return [incidents, notices].map((topic) => ({ topic, key: incident.deviceClass, value, timestampMs }));
}

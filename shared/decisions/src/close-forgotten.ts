// What is open of a device whose memory is made anew: whoever comes next knows nothing of it, and would never close it.
import { guardKinds, type Alert, type DeviceState } from '@tocsin/schemas';
import { closingOf } from './close-by-verdict.ts';
import { guardClosingOf, type GuardFacts } from './guards/guard-life.ts';

/** The last word on every open incident, of the model and of the guards. */
export function closeForgotten({ incident, guards }: Pick<DeviceState, 'incident' | 'guards'>, facts: GuardFacts): Alert[] {
  const { channels: _channels, ...ofDevice } = facts;
  const message = `${facts.deviceId}: closed, because its class or its features have changed and it is watched anew.`;
  const ofModel = incident.open === null ? [] : [closingOf(incident.open, ofDevice, message)];
  const ofGuards = guardKinds.flatMap((guard) => {
    const open = guards.lives[guard]?.open ?? null;
    return open === null ? [] : [guardClosingOf(guard, open, facts, message)];
  });
  return [...ofModel, ...ofGuards];
}

import { expect, test } from 'vitest';
import { closeByVerdict } from './close-by-verdict.ts';
import { decide, noIncident } from './decide.ts';
import { plan, spec, windowOf } from './test-windows.ts';

const facts = { deviceId: 'pump-3', deviceClass: 'pump', modelVersion: 4, supportWindows: 16 };
const ada = { verdict: 'false-alarm', who: 'Ada' } as const;

test('an operator ends an alert: one more revision, and it takes a full raise to open another', () => {
  const observe = (incident: typeof noIncident, at: number) =>
    decide(incident, { window: windowOf('X', at), spec, explain: () => [] }, plan);
  const raised = observe(observe(noIncident, 0).incident, 1);
  const { incident, alert } = closeByVerdict(raised.incident, ada, facts);
  expect(alert).toMatchObject({ alertId: raised.alert!.alertId, state: 'closed', revision: 2, contributions: [], ...facts });
  expect(alert!.message).toBe('pump-3: closed by Ada: false alarm.');
  expect(observe(incident, 2).alert).toBeNull();
  expect(observe(observe(incident, 2).incident, 3).alert?.state).toBe('opened');
});

test('without an alert there is nothing to say', () => {
  expect(closeByVerdict(noIncident, ada, facts).alert).toBeNull();
});

// One line over alerts that began together: perhaps they have one cause.
import type { AlertGroup } from '../../src/api/alerts-api.ts';
import { useSettings } from '../live/settings.ts';
import { count } from '../words/figures.ts';
import { guardText } from '../words/states.ts';
import { timeText } from '../words/times.ts';

export function GroupHead({ group }: { group: AlertGroup }) {
  const { zone } = useSettings();
  const what = group.guard === null ? 'shifted' : `raised ${guardText[group.guard]}`;
  return (
    <p class="group-head">
      <b>
        {count(group.devices)} of {count(group.of)} {group.deviceClass}
      </b>{' '}
      {what} within five minutes of <time>{timeText(group.startMs, zone)}</time>. Is there one cause?
    </p>
  );
}

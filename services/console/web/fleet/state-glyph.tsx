// One sign per state, told apart by shape as well as colour.
import type { DeviceStanding } from '../../src/api/fleet-api.ts';

type Props = { state: DeviceStanding; severity?: 'warning' | 'critical' | null; share?: number };

/** `share` fills the ring of a cold device. Hidden from screen readers: the word stands beside it. */
export function StateGlyph({ state, severity = null, share = 0 }: Props) {
  return (
    <svg class={`glyph is-${state} ${severity === 'critical' ? 'is-critical' : ''}`} viewBox="0 0 16 16" aria-hidden="true">
      <Shape state={state} share={share} />
    </svg>
  );
}

function Shape({ state, share }: { state: DeviceStanding; share: number }) {
  const round = 2 * Math.PI * 5;
  switch (state) {
    case 'alerting':
      return <path d="M8 1.6 15 14H1Z" fill="currentColor" />;
    case 'drifting':
      return <path d="M2 12 7 8.6 9 10 14 4.4M10.2 4h4v4" class="stroke" />;
    case 'silent':
      return <path d="M3 8h10" class="stroke" />;
    case 'maintenance':
      return <path d="M5.6 3v10M10.4 3v10" class="stroke" />;
    case 'cold':
      return (
        <>
          <circle cx="8" cy="8" r="5" class="stroke is-faint" />
          <circle cx="8" cy="8" r="5" class="stroke" stroke-dasharray={`${share * round} ${round}`} transform="rotate(-90 8 8)" />
        </>
      );
    case 'provisional':
      return (
        <>
          <circle cx="8" cy="8" r="5" class="stroke" />
          <path d="M8 3a5 5 0 0 1 0 10Z" fill="currentColor" />
        </>
      );
    default:
      return <circle cx="8" cy="8" r="5" fill="currentColor" />;
  }
}

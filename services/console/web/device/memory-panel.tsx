// What the device has learnt, on what it stands, and the way back.
import { useState } from 'preact/hooks';
import type { DeviceDetail, PlannedWork } from '../../src/api/fleet-api.ts';
import { useSettings } from '../live/settings.ts';
import { answer } from '../parts/verdict-bar.tsx';
import { bytes, counted } from '../words/figures.ts';
import { momentText } from '../words/times.ts';

export function DeviceMemoryPanel({ detail, user, onSaid }: { detail: DeviceDetail; user: string | null; onSaid(): void }) {
  const { row, deviceClass, memory, memoryProblem } = detail;
  const { zone } = useSettings();
  const facts = [...factsOf(detail, zone), ...detail.plannedWork.map((work) => plannedFact(work, zone))];
  return (
    <section class="panel" aria-labelledby="memory-title">
      <h2 id="memory-title">What it stands on</h2>
      <SupportMeter have={memory?.learned ?? row.supportWindows} want={row.supportWanted} />
      {memory === null && <p class="empty">{memoryProblem ?? 'The store has nothing of this device.'}</p>}
      {facts.length > 0 && (
        <dl class="facts">
          {facts.map(([name, value]) => (
            <div key={`${name} ${value}`}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {deviceClass !== null && (
        <p class="hint">
          An alert opens {deviceClass.raise}. False alarms tolerated: {deviceClass.budget}.
        </p>
      )}
      {memory?.canRollBack === true && <Rollback deviceId={row.deviceId} user={user} onSaid={onSaid} />}
    </section>
  );
}

/** The support set: a mark for each window the class asks for. */
function SupportMeter({ have, want }: { have: number; want: number }) {
  if (want === 0) return null;
  const full = Math.min(have, want);
  return (
    <div class="support">
      <span class="support-marks" aria-hidden="true">
        {Array.from({ length: Math.min(want, 60) }, (_, i) => (
          <span key={i} class={i < full ? 'is-full' : ''} />
        ))}
      </span>
      <span>{full < want ? `${full} of ${want} support windows` : `support set complete: ${counted(want, 'window')}`}</span>
    </div>
  );
}

function factsOf({ memory }: DeviceDetail, zone: 'local' | 'utc'): [string, string][] {
  if (memory === null) return [];
  const {
    learned,
    effectiveWindows,
    waiting,
    maintenanceUntilMs,
    relearning,
    rememberedAnomalies,
    driftSinceMs,
    scored,
    stateBytes,
  } = memory;
  return [
    ['Learnt from', `${counted(learned, 'window')}, counting for ${Math.round(effectiveWindows)}`],
    ...(scored === 0 ? [] : [['Threshold of its own from', counted(scored, 'score')] satisfies [string, string]]),
    ...(waiting === null
      ? []
      : [['Waits to be learnt', `${counted(waiting.windows, 'window')}, ${waiting.confirmed} confirmed`] as [string, string]]),
    ...(relearning > 0
      ? [['Learns widely for', `${counted(relearning, 'window')} more, after a false alarm`] as [string, string]]
      : []),
    ...(rememberedAnomalies > 0 ? [['Remembers as real', counted(rememberedAnomalies, 'window')] as [string, string]] : []),
    ...(maintenanceUntilMs === null ? [] : [['Maintenance until', momentText(maintenanceUntilMs, zone)] as [string, string]]),
    ...(driftSinceMs === null ? [] : [['Drift is measured since', momentText(driftSinceMs, zone)] as [string, string]]),
    ['Kept in', bytes(stateBytes)],
  ];
}

function plannedFact({ once, weekly, note, isNow }: PlannedWork, zone: 'local' | 'utc'): [string, string] {
  const when = once === null ? (weekly ?? '') : `${momentText(once.fromMs, zone)} to ${momentText(once.toMs, zone)}`;
  return [isNow ? 'Planned work, now' : 'Planned work', note === '' ? when : `${when}: ${note}`];
}

function Rollback({ deviceId, user, onSaid }: { deviceId: string; user: string | null; onSaid(): void }) {
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const forget = () => {
    setAsking(false);
    answer({ deviceId, subjectId: `rollback ${deviceId}` }, 'rollback', '', user)
      .then(onSaid)
      .catch((error: unknown) => setProblem(String(error)));
  };
  return (
    <div class="rollback">
      {isAsking ? (
        <>
          <p>
            It forgets the block of windows that it learnt last; done again, all but its first windows. Alerts and verdicts stay.
          </p>
          <button type="button" class="strong" onClick={forget}>
            Have it forget
          </button>{' '}
          <button type="button" class="plain" onClick={() => setAsking(false)}>
            Cancel
          </button>
        </>
      ) : (
        <button type="button" class="plain" onClick={() => setAsking(true)}>
          Forget what it learnt last…
        </button>
      )}
      {problem !== null && <p class="problem">{problem}</p>}
    </div>
  );
}

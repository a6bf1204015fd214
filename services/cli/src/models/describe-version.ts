// One published version: what is known of it, as an object for programs, a row of a table and lines for people.
import { alarmWords, RolloutError } from '@tocsin/trainer';
import type { SignatureVerdict } from '@tocsin/models';
import { currentVersion, type ModelBundle, type Rollout, type RolloutVersion } from '@tocsin/schemas';
import { count, counted, moment } from '../terminal/figures.ts';
import type { Column } from '../terminal/table.ts';
import type { ModelsRoom } from './models-room.ts';

/** `bundle` is null where its bytes cannot be had; then `problem` says why. */
export type Version = RolloutVersion & {
  deviceClass: string;
  bundle: ModelBundle | null;
  trust: SignatureVerdict | null;
  keyId: string | null;
  problem: string | null;
  /** Until when alarms are watched; null for a version that is not. */
  watchUntilMs: number | null;
};

/** All versions of a class that are left, oldest first. Rejects where the store cannot be reached. */
export async function versionsOf({ bundles, read }: Omit<ModelsRoom, 'config'>, deviceClass: string): Promise<Version[]> {
  const rollout = await read(deviceClass);
  return Promise.all(rollout.versions.map((known) => versionOf(bundles, deviceClass, rollout, known)));
}

async function versionOf(
  bundles: ModelsRoom['bundles'],
  deviceClass: string,
  rollout: Rollout,
  known: RolloutVersion,
): Promise<Version> {
  const watchUntilMs = known === currentVersion(rollout) ? rollout.watchUntilMs : null;
  try {
    const { bundle, trust, signature } = await bundles.get(deviceClass, known);
    return { ...known, deviceClass, bundle, trust, keyId: signature?.split(':')[1] ?? null, problem: null, watchUntilMs };
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    return { ...known, deviceClass, bundle: null, trust: null, keyId: null, problem: error.message, watchUntilMs };
  }
}

/** For programs: everything but the numbers of the model. */
export function versionJson({ bundle, ...version }: Version): object {
  if (bundle === null) return version;
  const { createdAtMs, metrics, spec, learnedFrom } = bundle;
  return { ...version, createdAtMs, specHash: spec.hash, metrics, ...(learnedFrom === undefined ? {} : { learnedFrom }) };
}

export const versionColumns: readonly Column<Version>[] = [
  { title: 'class', align: 'left', cell: ({ deviceClass }) => deviceClass },
  { title: 'version', align: 'right', cell: ({ version }) => String(version) },
  { title: 'stage', align: 'left', cell: stageWord },
  { title: 'since (UTC)', align: 'left', cell: ({ sinceMs }) => moment(sinceMs) },
  { title: 'learner', align: 'left', cell: ({ bundle }) => bundle?.metrics.learner ?? 'cannot be read' },
  { title: 'AUROC', align: 'right', cell: ({ bundle }) => (bundle === null ? '' : auroc(bundle)) },
  { title: 'in the shadow', align: 'left', cell: ({ bundle }) => shadowWord(bundle) },
  { title: 'where tried', align: 'left', cell: triedWord },
  { title: 'signed', align: 'left', cell: signedWord },
  { title: 'why', align: 'left', cell: ({ reason, by }) => `${reason} (${by})` },
];

/** For people, one thing known a line. */
export function versionLines(version: Version): string[] {
  const { bundle, deviceClass, sinceMs, by, reason, restores, before, alarms, problem } = version;
  const head = [
    `${deviceClass} version ${version.version}, ${stageWord(version)} since ${moment(sinceMs)} UTC, by ${by}: ${reason}`,
    ...(restores === null ? [] : [`restores     version ${restores}`]),
    ...(before === null ? [] : [`before it    version ${before}`]),
    ...(alarms === null ? [] : [`alarms       ${alarmWords(alarms)}`]),
    ...(version.watchUntilMs === null ? [] : [`watched      until ${moment(version.watchUntilMs)} UTC`]),
    `signed       ${signedWord(version)}`,
  ];
  if (bundle === null) return [...head, `content      ${problem}`];
  const { metrics, createdAtMs, calibration, learnedFrom } = bundle;
  const { devicesTrained, windows, seconds, backend } = metrics;
  const gate = metrics.candidates.map((one) => `${one.learner} ${one.auroc.toFixed(3)}`).join(', ');
  const from = learnedFrom === undefined ? '' : `, digest ${learnedFrom.digest.slice(0, 12)}`;
  return [
    ...head,
    `created      ${moment(createdAtMs)} UTC, in ${seconds.toFixed(1)} s, ${backend}`,
    `learner      ${metrics.learner} (${metrics.algorithm}), from ${counted(devicesTrained, 'device')} and ${counted(windows, 'window')}${from}`,
    `gate         ${gate === '' ? 'no figures' : gate}`,
    ...(metrics.overPrevious ?? []).map(
      ({ period, gain, error, devices }) =>
        `${period.padEnd(12)} ${gain < 0 ? '' : '+'}${gain.toFixed(3)} AUROC over what was in use (standard error ${error?.toFixed(3) ?? 'unknown'}, ${counted(devices, 'device')})`,
    ),
    `shadow       ${shadowWord(bundle) || 'nothing to compare with'}`,
    `calibration  ${counted(calibration.devices, 'device')}, support of ${calibration.shots.join(', ')} windows`,
    `verdict      ${metrics.verdict}`,
  ];
}

function stageWord({ stage, share }: Version): string {
  return stage === 'canary' && share !== null ? `canary ${Math.round(100 * share)} %` : stage;
}

/** Of what was chosen, on held-out devices. */
function auroc({ metrics: { candidates, learner } }: ModelBundle): string {
  return candidates.find((one) => one.learner === learner)?.auroc.toFixed(3) ?? '';
}

function shadowWord(bundle: ModelBundle | null): string {
  const shadow = bundle?.metrics.shadow;
  if (shadow === undefined) return '';
  const { alarmRate, alarmRateInUse, found, foundInUse, windows } = shadow;
  return `${percent(alarmRateInUse)} to ${percent(alarmRate)} over, finds ${percent(foundInUse)} to ${percent(found)} (${count(windows)} windows)`;
}

function triedWord({ alarms }: Version): string {
  if (alarms === null) return '';
  const { devices, before, after, risen } = alarms.tried;
  return `${percent(before)} to ${percent(after)} over, risen on ${risen} of ${devices}`;
}

function signedWord({ trust, keyId }: Version): string {
  if (trust === null) return '';
  if (trust === 'unsigned') return 'no';
  if (trust === 'unknown_key') return `by ${keyId}, not in signing.publicKeyFiles`;
  return trust === 'signed' ? `by ${keyId}` : 'ALTERED';
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

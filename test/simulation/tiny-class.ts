// The classes of simulated devices, as small as classes get, and a bundle for them, fitted once.
import { parseDeviceClass } from '@tocsin/config';
import { calibrate } from '@tocsin/decisions';
import { createExtractor, createFeatureSpec } from '@tocsin/features';
import { adapt, checksumOf, emptySupport, encodeBundle, fitFleet, learnWindow, scoreWindow } from '@tocsin/models';
import { bundleKey, type DeviceClass, type HeadParameters, type HeadPlan, type ModelAnnouncement } from '@tocsin/schemas';
import { createRandom, normal, type Random } from '@tocsin/signals';

export const rateHz = 10;
/** An hour of the clock ends within every schedule, and with it what is held back until then. */
export const startMs = Date.UTC(2026, 0, 1, 0, 59, 50);

/** The class as a configuration file would say it. */
export const tinySettings = {
  channels: ['x'],
  rateHz,
  window: { samples: 8, hop: 4, latenessMs: 300, maxGapSamples: 2, minCoverage: 0.7 },
  supportWindows: 4,
  decision: {
    falseAlarmRate: 0.05,
    raiseCount: 2,
    raiseOf: 3,
    clearCount: 2,
    clearFactor: 2,
    cooldownMs: 1500,
    openingsPerHour: 1,
    updateEveryMs: 1000,
  },
  idleMs: 1500,
  futureMs: 2000,
};

export const guardedSettings = {
  ...tinySettings,
  guards: { silentMs: 2500, flatlineWindows: 2, range: { x: { min: -8, max: 8 } }, skewMs: 900, scaleJump: true, drift: true },
};

/** A device closes some forty windows in a schedule: enough to learn a few blocks, lose some, and be pulled back. */
const quarantine = { firstWindows: 6, blockWindows: 3, confirmWindows: 3, reachMax: 0.5, driftMin: 0.3 };

/** Half of six windows is a jump: chance alone is taken for one now and then, too. */
const changes = { beforeWindows: 4, watchWindows: 6, overMin: 3, chanceMax: 0.3 };

/** One class without guards and one with all of them. */
export const bare: DeviceClass = { ...parseDeviceClass('tiny', tinySettings), quarantine, changes };
export const guarded: DeviceClass = { ...parseDeviceClass('tiny', guardedSettings), quarantine, changes };

/** Work on two of the devices: a few seconds of one, and of the other whatever belongs to a minute that ends within every schedule. */
export const withWork = (deviceClass: DeviceClass): DeviceClass => ({
  ...deviceClass,
  maintenance: [
    { kind: 'once', devices: 'd0', note: '', fromMs: startMs + 5000, toMs: startMs + 8000 },
    { kind: 'weekly', devices: '*1', note: '', days: [4], fromMinute: 59, toMinute: 60, zone: 'UTC' },
  ],
});

/** The class, with time for late samples to amend windows. */
export const amending = (deviceClass: DeviceClass, amendMs: number): DeviceClass => ({
  ...deviceClass,
  window: { ...deviceClass.window, amendMs },
});

/** The value of a device at one place of its grid: a slow swing and noise, so that neighbours differ and devices, too. */
export function createSignal(random: Random): (sample: number) => number {
  const [level, swing, period, noise] = [2 * normal(random), random(), 10 + 30 * random(), 0.1 + 0.3 * random()];
  return (sample) => level + swing * Math.sin((2 * Math.PI * sample) / period) + noise * normal(random);
}

/** What may be odd about a bundle: it is an earlier one again, or its thresholds are lower than scores. */
export type Oddity = { restores?: number; isBad?: boolean };

/** Fitted on eight other devices: a closed form, and under every second version a head on it. */
export function fittedBundle(
  version = 1,
  { restores, isBad = false }: Oddity = {},
): { announcement: ModelAnnouncement; bytes: Uint8Array } {
  const spec = createFeatureSpec(bare);
  const d = spec.elements.length;
  const content = restores ?? version;
  const fleet = Array.from({ length: 8 }, (_, i) => ({
    deviceId: `seen-${i}`,
    windows: windowsOf(1000 * content + i, 30),
    n: 30,
  }));
  const initialisation = { ...fitFleet(fleet, d), head: content % 2 === 0 ? smallHead(d, content) : null };
  const shots = bare.supportWindows;
  const scores = fleet.map(({ deviceId, windows, n }) => {
    const support = emptySupport(d);
    const rows = Array.from({ length: n }, (_, k) => windows.subarray(k * d, (k + 1) * d));
    for (const row of rows.slice(0, shots)) learnWindow(support, row, { reservoirWindows: shots, memoryWindows: 200 });
    const model = adapt(initialisation, support);
    return { shots, deviceId, scores: Float64Array.from(rows.slice(shots), (row) => scoreWindow(model, row)) };
  });
  const metrics = {
    learner: 'eb',
    candidates: [],
    algorithm: 'closed form',
    backend: 'none',
    devicesTrained: 8,
    devicesHeldOut: 0,
    windows: 240,
    heldOutAuroc: { closedForm: 0.5, head: null, previous: null },
    verdict: 'simulated',
    seconds: 0,
  };
  const { name } = bare;
  const fitted = calibrate(scores, bare.decision);
  const calibration = isBad ? { ...fitted, quantiles: fitted.quantiles.map((row) => row.map((score) => score - 6)) } : fitted;
  const restored = restores === undefined ? {} : { restores };
  const bytes = encodeBundle({
    version,
    ...restored,
    deviceClass: name,
    createdAtMs: startMs,
    spec,
    initialisation,
    calibration,
    metrics,
  });
  const [location, checksum] = [bundleKey(name, version), checksumOf(bytes)];
  return {
    announcement: { deviceClass: name, version, location, checksum, specHash: spec.hash, createdAtMs: startMs, metrics },
    bytes,
  };
}

/** Of no use to find anything; what a device's inner steps make of it shows which windows they were made on. */
function smallHead(d: number, seed: number): HeadParameters & HeadPlan {
  const random = createRandom(seed);
  const hidden = 2;
  const values = (n: number): Float64Array => Float64Array.from({ length: n }, () => 0.2 * normal(random));
  return {
    hidden,
    w1: values(3 * d * hidden),
    b1: values(hidden),
    w2: values(hidden),
    b2: 0,
    a: 1,
    c: 0,
    innerSteps: 2,
    innerRate: 0.1,
  };
}

function windowsOf(seed: number, n: number): Float32Array {
  const extract = createExtractor(createFeatureSpec(bare));
  const { samples, hop } = bare.window;
  const signal = createSignal(createRandom(seed));
  const series = Float32Array.from({ length: n * hop + samples }, (_, i) => signal(i));
  const windows = Array.from({ length: n }, (_, k) => extract(series.subarray(k * hop, k * hop + samples)).slice());
  return Float32Array.from(windows.flatMap((row) => [...row]));
}

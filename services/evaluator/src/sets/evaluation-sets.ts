// Which sets are evaluated: every recorded data set, cut as its class says or as the table below says, and some cut otherwise, too.
import { parseDeviceClass } from '@tocsin/config';
import { createFeatureSpec } from '@tocsin/features';
import type { DeviceClass, FeatureSpec } from '@tocsin/schemas';
import type { ClassInput, SourceDevice, SourceSet } from '../source.ts';

type Cut = {
  window: ClassInput['window'];
  features?: NonNullable<ClassInput['features']>;
  context?: readonly string[];
  areRecords?: boolean;
};

/** Sets whose windows follow what is known of their process instead of the general rule. */
const cuts: Readonly<Record<string, Cut>> = {
  // A load cycle takes 60 rows, and the epoch-aligned grid starts with one.
  hydraulic: { window: { samples: 60, hop: 60 } },
  // Twenty windows are the 400 rows that its leaderboard trains on.
  skab: { window: { samples: 32, hop: 16 } },
  // Engines fly under other conditions every time, so that a window of several flights is of no regime.
  cmapss: { window: { samples: 1, hop: 1 }, context: ['setting1', 'setting2', 'setting3'] },
  // Records, not a series: as few as a window can have.
  ufd: { window: { samples: 4, hop: 1 }, areRecords: true },
  nslkdd: { window: { samples: 4, hop: 4 }, areRecords: true },
};

/** Windows so short that a handful of them says little, where long ones leave nothing to learn; and flights together. */
const variants: readonly { name: string; dataSet: string; cut: Cut }[] = [
  { name: 'cmapss-16', dataSet: 'cmapss', cut: { window: { samples: 16, hop: 2 } } },
  ...[32, 64, 256].flatMap((samples) =>
    ['gearbox', 'femto-raw'].map((dataSet) => ({
      name: `${dataSet}-${samples}`,
      dataSet,
      cut: { window: { samples, hop: samples }, features: { bands: Math.min(12, samples / 8), wavelet: false, envelope: false } },
    })),
  ),
];

/** One class of devices of a set: what is fitted together. */
export type EvaluationClass = {
  deviceClass: DeviceClass;
  spec: FeatureSpec;
  devices: readonly SourceDevice[];
  /** Rows stand for themselves, so that a window says what most of them say. */
  areRecords: boolean;
};

export type EvaluationSet = { name: string; dataSet: string; classes: readonly EvaluationClass[] };

/** Names of all sets that the recorded ones give, variants after the sets they come from. */
export function evaluationSetNames(sources: readonly SourceSet[]): string[] {
  return sources.flatMap(({ name }) => [
    name,
    ...variants.filter(({ dataSet }) => dataSet === name).map((variant) => variant.name),
  ]);
}

/** The sets of these names. Throws RangeError on a name that is not there, ConfigError on a class that cannot be. */
export function evaluationSets(sources: readonly SourceSet[], names: readonly string[]): EvaluationSet[] {
  return names.map((name) => {
    const variant = variants.find((entry) => entry.name === name);
    const dataSet = variant?.dataSet ?? name;
    const source = sources.find((entry) => entry.name === dataSet);
    if (source === undefined)
      throw new RangeError(`sets: '${name}' is not in the data; there are ${evaluationSetNames(sources).join(', ')}`);
    return { name, dataSet, classes: classesOf(name, source, variant?.cut ?? cuts[name]) };
  });
}

function classesOf(setName: string, source: SourceSet, { areRecords = false, ...cut }: Partial<Cut> = {}): EvaluationClass[] {
  return Object.entries(source.classes).map(([name, input]) => {
    const deviceClass = parseDeviceClass(name, { ...input, ...cut });
    return {
      deviceClass: { ...deviceClass, name: name.replace(source.name, setName) },
      spec: createFeatureSpec(deviceClass),
      devices: source.devices.filter((device) => device.deviceClass === name),
      areRecords,
    };
  });
}

// A folder of recorded data as the evaluator takes it.
import { evaluationSetNames, type SourceSet } from '@tocsin/evaluator';
import { deviceClassesOf, openFleet } from '@tocsin/simulator';
import { UsageError } from '../usage-error.ts';

export type BrokenDevice = { dataSet: string; device: string; message: string };

/** `broken`: devices whose files are missing or not what the manifest says. Throws a `FleetError` where nothing else is there. */
export function openSources(directory: string): { sources: SourceSet[]; broken: BrokenDevice[] } {
  const broken: BrokenDevice[] = [];
  const { dataSets } = openFleet(directory, (dataSet, device, { message }) => broken.push({ dataSet, device, message }));
  const sources = dataSets.map((dataSet) => {
    return { name: dataSet.name, devices: dataSet.devices, classes: deviceClassesOf(dataSet) };
  });
  return { sources, broken };
}

/** The sets asked for, all where nothing is. Throws a `UsageError` on a name that is not there. */
export function chosenSets(sources: readonly SourceSet[], wanted: readonly string[] | undefined): readonly string[] {
  return chosen('--sets', wanted, evaluationSetNames(sources));
}

/** `wanted`, or all of `there`. Throws a `UsageError` on a name that is not there. */
export function chosen(option: string, wanted: readonly string[] | undefined, there: readonly string[]): readonly string[] {
  const unknown = wanted?.find((name) => !there.includes(name));
  if (unknown !== undefined) throw new UsageError(`${option}: '${unknown}' is not there; there are ${there.join(', ')}`);
  return wanted ?? there;
}

// Which recorded devices are played. Pure.
import type { DataSet } from '@tocsin/simulator';
import { UsageError } from '../usage-error.ts';

export type Choice = { sets?: readonly string[] | undefined; devices?: readonly string[] | undefined };

const namesShown = 12;

/**
 * The data sets with the chosen devices only; all of them where nothing is chosen. Throws a `UsageError` on a name that is not
 * there, and where two chosen devices share an id: their readings would be mixed.
 */
export function chooseDevices(dataSets: readonly DataSet[], { sets, devices }: Choice): DataSet[] {
  if (sets !== undefined)
    expectNames(
      '--sets',
      sets,
      dataSets.map(({ name }) => name),
    );
  const inSets = dataSets.filter(({ name }) => sets === undefined || sets.includes(name));
  if (devices !== undefined)
    expectNames(
      '--devices',
      devices,
      inSets.flatMap((dataSet) => dataSet.devices.map(({ id }) => id)),
    );
  const chosen = inSets
    .map((dataSet) => ({
      ...dataSet,
      devices: dataSet.devices.filter(({ id }) => devices === undefined || devices.includes(id)),
    }))
    .filter((dataSet) => dataSet.devices.length > 0);
  expectUnique(chosen);
  return chosen;
}

function expectNames(option: string, wanted: readonly string[], there: readonly string[]): void {
  const unknown = wanted.find((name) => !there.includes(name));
  if (unknown === undefined) return;
  const more = there.length > namesShown ? ` and ${there.length - namesShown} more` : '';
  throw new UsageError(`${option}: '${unknown}' is not in the data; there are ${there.slice(0, namesShown).join(', ')}${more}`);
}

function expectUnique(dataSets: readonly DataSet[]): void {
  const owners = new Map<string, string>();
  for (const { name, devices } of dataSets) {
    for (const { id } of devices) {
      const owner = owners.get(id);
      if (owner !== undefined)
        throw new UsageError(`device ${id} is in the data sets ${owner} and ${name}; choose one of them with --sets`);
      owners.set(id, name);
    }
  }
}

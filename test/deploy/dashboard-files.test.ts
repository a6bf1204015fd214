// What Grafana is given: places that do not overlap, titles that fit, colours and variables that do not rest on its defaults.
import { expect, test } from 'vitest';
import { FieldColorModeId, type Panel, type RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { buildDashboard } from '../../deploy/src/dashboards/build-dashboard.ts';
import { dashboards } from '../../deploy/src/deploy-files.ts';

type Drawn = Pick<Panel, 'type' | 'gridPos' | 'datasource' | 'fieldConfig' | 'id'>;
const isPanel = (panel: Panel | RowPanel): panel is Panel => panel.type !== 'row';
/** Signs of a title that six numbers abreast have room for, on a page 1,280 pixels wide. */
const roomSigns = 21;

test.each(dashboards)('$title: begins with numbers that say whether all is well, under titles that fit', ({ rows: [first] }) => {
  expect(first.title).toBe('Is it well?');
  const numbers = first.panels.filter(({ kind }) => kind === 'number' || kind === 'words');
  expect(first.panels.slice(0, 6)).toEqual(numbers);
  expect(numbers.filter(({ title }) => title.length > roomSigns).map(({ title }) => title)).toEqual([]);
});

test.each(dashboards)('$title: no place is taken twice, none is beside the page', (plan) => {
  const taken = new Set<string>();
  for (const { gridPos } of buildDashboard(plan).panels as Drawn[]) {
    const { x, y, w, h } = gridPos ?? { x: -1, y: 0, w: 0, h: 0 };
    expect(x >= 0 && x + w <= 24).toBe(true);
    for (let column = x; column < x + w; column++)
      for (let row = y; row < y + h; row++) {
        expect(taken.has(`${column} ${row}`), `${column} ${row} is free`).toBe(false);
        taken.add(`${column} ${row}`);
      }
  }
});

test.each(dashboards)('$title: a number has colours of its own: Grafana would make what is above 80 red', (plan) => {
  const numbers = (buildDashboard(plan).panels ?? []).filter(isPanel).filter(({ type }) => type === 'stat');
  for (const { fieldConfig } of numbers) {
    const { color, thresholds } = fieldConfig?.defaults ?? {};
    expect(color?.mode === FieldColorModeId.Fixed || (thresholds?.steps.length ?? 0) > 1).toBe(true);
  }
});

test.each(dashboards)('$title: asks the Prometheus that is chosen, and something is chosen from the start', (plan) => {
  const { panels = [], templating } = buildDashboard(plan);
  for (const { datasource } of panels.filter(isPanel)) expect(datasource?.uid).toBe('${datasource}');
  expect(templating?.list?.map(({ name, current }) => [name, current?.value])).toEqual([
    ['datasource', 'prometheus'],
    ['class', ['$__all']],
  ]);
});

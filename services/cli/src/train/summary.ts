// What the terminal shows when classes are trained. Pure.
import { count } from '../terminal/figures.ts';
import { tableLines } from '../terminal/table.ts';
import type { IndexEntry } from './models-index.ts';

/** One line per class; those without a bundle say why below the table. */
export function trainLines(entries: readonly IndexEntry[]): string[] {
  const auroc = ({ metrics }: IndexEntry): string => {
    const held = metrics?.heldOutAuroc;
    return held === undefined ? '–' : (held.head ?? held.closedForm).toFixed(3);
  };
  return [
    ...tableLines(entries, [
      { title: 'class', align: 'left', cell: ({ deviceClass }) => deviceClass },
      { title: 'devices', align: 'right', cell: ({ devices }) => count(devices) },
      { title: 'windows', align: 'right', cell: ({ windows }) => count(windows) },
      { title: 'learner', align: 'left', cell: ({ file, metrics }) => (file === null ? 'none' : (metrics?.learner ?? '–')) },
      { title: 'held-out AUROC', align: 'right', cell: auroc },
      { title: 'seconds', align: 'right', cell: ({ seconds }) => seconds.toFixed(1) },
    ]),
    ...entries.flatMap(({ file, deviceClass, verdict }) => (file === null ? [`${deviceClass}: no bundle, ${verdict}`] : [])),
  ];
}

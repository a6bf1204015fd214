// An episode as the residual head sees it.
import { adaptClosedForm, headRows, type HeadEpisode } from '@tocsin/models';
import type { Initialisation } from '@tocsin/schemas';
import type { Episode } from './draw-episode.ts';
import { supportOf } from './support-of.ts';

/**
 * Adapts the closed form to the episode's support and turns all windows into head inputs and base scores. The support has
 * no anomalies: a device that is new has none to show.
 */
export function headEpisode(initialisation: Initialisation, episode: Episode, reservoirWindows: number): HeadEpisode {
  const support = supportOf(episode.support, reservoirWindows);
  const model = adaptClosedForm(initialisation, support);
  const { inputs: supportInputs, base: supportBase } = headRows(model, support.reservoir);
  const query = [...episode.normals, ...episode.anomalies];
  const { inputs: queryInputs, base: queryBase } = headRows(model, joined(query));
  const queryLabels = new Uint8Array(query.length).fill(1, episode.normals.length);
  return { supportInputs, supportBase, queryInputs, queryBase, queryLabels };
}

function joined(windows: readonly Float32Array[]): Float32Array {
  const rows = new Float32Array(windows.length * windows[0].length);
  windows.forEach((features, at) => rows.set(features, at * features.length));
  return rows;
}

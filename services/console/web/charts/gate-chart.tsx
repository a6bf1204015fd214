// What the gate saw: every way to learn that was tried, by AUROC on devices that took no part; a standard error either side of its gain.
import type { ModelView } from '../../src/api/models-api.ts';
import { figure } from '../words/figures.ts';

export function GateChart({ model: { candidates, learner } }: { model: ModelView }) {
  const [first] = candidates;
  const reach = ({ auroc, error }: (typeof candidates)[number]) => [auroc - 2 * (error ?? 0), auroc + 2 * (error ?? 0)];
  const values = candidates.flatMap(reach);
  const [low, high] = [Math.max(0, Math.min(...values) - 0.02), Math.min(1, Math.max(...values) + 0.02)];
  const place = (auroc: number) => `${(100 * (auroc - low)) / (high - low)}%`;
  return (
    <table class="gate">
      <caption>
        AUROC on {first.devices} held-out devices, against {first.judgedOn}; lines are two standard errors of the gain over the
        first
      </caption>
      <tbody>
        {candidates.map((candidate) => (
          <tr key={candidate.learner} class={candidate.learner === learner ? 'is-chosen' : ''}>
            <th scope="row">
              {candidate.learner}
              {candidate.learner === learner && <span class="badge is-quiet">chosen</span>}
            </th>
            <td class="gate-track" aria-hidden="true">
              <span
                class="gate-line"
                style={{ left: place(reach(candidate)[0]), right: `calc(100% - ${place(reach(candidate)[1])})` }}
              />
              <span class="gate-dot" style={{ left: place(candidate.auroc) }} />
            </td>
            <td>{figure(candidate.auroc, 3)}</td>
            <td class="dim">
              {candidate === first ? '' : `${candidate.gain >= 0 ? '+' : '−'}${figure(Math.abs(candidate.gain), 3)}`}
              {candidate !== first && candidate.error !== null && ` ± ${figure(candidate.error, 3)}`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

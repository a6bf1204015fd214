// Every feature as a table, for those who want the figures, or cannot see the charts.
import type { ContributionView } from '../../src/api/alerts-api.ts';
import { figure, percent } from '../words/figures.ts';
import { featureText } from '../words/features.ts';

export function FeatureTable({ features }: { features: readonly ContributionView[] }) {
  return (
    <details class="why">
      <summary>All {features.length} features as a table</summary>
      <div class="wide" tabIndex={0} role="region" aria-label="Features">
        <table class="figures">
          <thead>
            <tr>
              {['Channel', 'Feature', 'Actual', 'Expected', 'Deviations', 'Share'].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {features.map((each) => (
              <tr key={each.feature}>
                <td>{each.channel}</td>
                <th scope="row" title={each.feature}>
                  {featureText(each)}
                  {each.unit === 'ln' && <span class="dim"> (ln)</span>}
                </th>
                <td>{figure(each.actual, 3)}</td>
                <td>{figure(each.expected, 3)}</td>
                <td>{figure(each.deviation, 1)}</td>
                <td>{percent(each.share)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

// Why: the features that made the score, largest first, each against what is normal for this device.
import type { ContributionView } from '../../src/api/alerts-api.ts';
import { percent } from '../words/figures.ts';
import { changeText, featureText } from '../words/features.ts';

export function Contributions({ contributions, most = 6 }: { contributions: readonly ContributionView[]; most?: number }) {
  const shown = contributions.toSorted((one, two) => two.share - one.share).slice(0, most);
  const largest = shown[0]?.share ?? 1;
  return (
    <ol class="contributions">
      {shown.map((each) => (
        <li key={each.feature} title={each.feature}>
          <span class="contribution-what">
            <span class="channel">{each.channel}</span> {featureText(each)}
          </span>
          <span class="contribution-change">{changeText(each)}</span>
          <span class="meter" aria-hidden="true">
            <span class={each.deviation < 0 ? 'is-below' : 'is-above'} style={{ width: `${(100 * each.share) / largest}%` }} />
          </span>
          <span class="contribution-share">
            {percent(each.share, each.share < 0.1 ? 1 : 0)}
            <span class="sr"> of the score</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

// Channel by band: a cell per feature, the stronger the further from normal; a bar below for its share of the score.
import { useState } from 'preact/hooks';
import type { ContributionView } from '../../src/api/alerts-api.ts';
import { percent } from '../words/figures.ts';
import { changeText, featureText } from '../words/features.ts';

const blockNames: Readonly<Record<string, string>> = {
  time: 'Time',
  bands: 'Spectrum, low to high',
  shape: 'Shape',
  wavelet: 'Wavelet scales',
  envelope: 'Envelope',
  level: 'Level',
  spread: 'Spread',
  trend: 'Trend',
  roughness: 'Roughness',
};

/** Deviations from here on are as strong as they get. */
const strongest = 8;

export function FeatureGrid({ features }: { features: readonly ContributionView[] }) {
  const channels = [...new Set(features.map(({ channel }) => channel))];
  const blocks = [...new Set(features.map(({ block }) => block))];
  const [pointed, setPointed] = useState<ContributionView | null>(null);
  const largest = Math.max(...features.map(({ share }) => share));
  const isSlow = blocks.includes('level');
  return (
    <figure
      class={`grid-figure ${isSlow ? 'is-slow' : ''}`}
      tabIndex={0}
      role="group"
      aria-label="How far every feature is from normal; the table below has the figures"
      onMouseLeave={() => setPointed(null)}
    >
      <div class="grid" aria-hidden="true" style={{ '--blocks': blocks.length }}>
        <span class="grid-corner" />
        {blocks.map((block) => (
          <span key={block} class="grid-head" style={{ flexGrow: sizeOf(features, channels[0], block) }}>
            {blockNames[block] ?? block}
          </span>
        ))}
      </div>
      {channels.map((channel) => (
        <div key={channel} class="grid" aria-hidden="true">
          <span class="grid-channel" title={channel}>
            {channel}
          </span>
          {blocks.map((block) => (
            <span key={block} class="grid-block" style={{ flexGrow: sizeOf(features, channel, block) }}>
              {features
                .filter((each) => each.channel === channel && each.block === block)
                .map((each) => (
                  <Cell key={each.feature} feature={each} largest={largest} onPoint={() => setPointed(each)} />
                ))}
            </span>
          ))}
        </div>
      ))}
      <figcaption>
        {pointed === null ? (
          <span class="grid-key">
            <span class="swatch is-below" /> below normal <span class="swatch is-above" /> above · the bar is its share of the
            score
          </span>
        ) : (
          <span>
            <span class="channel">{pointed.channel}</span> {featureText(pointed)}: <b>{changeText(pointed)}</b>,{' '}
            {pointed.deviation.toFixed(1)} deviations, {percent(pointed.share)} of the score
          </span>
        )}
      </figcaption>
    </figure>
  );
}

function sizeOf(features: readonly ContributionView[], channel: string, block: string): number {
  return Math.max(1, features.filter((each) => each.channel === channel && each.block === block).length);
}

function Cell({ feature, largest, onPoint }: { feature: ContributionView; largest: number; onPoint(): void }) {
  const strength = Math.min(1, Math.abs(feature.deviation) / strongest);
  return (
    <span class={`cell ${feature.deviation < 0 ? 'is-below' : 'is-above'}`} onMouseEnter={onPoint}>
      <span class="cell-fill" style={{ opacity: strength ** 0.8 }} />
      {feature.share > 0.04 * largest && <span class="cell-share" style={{ height: `${(100 * feature.share) / largest}%` }} />}
    </span>
  );
}

// Band powers of a window over frequency, each channel against what is normal for this device: a line for what was, a band of two
// deviations around what was expected.
import type { ContributionView } from '../../src/api/alerts-api.ts';
import { useWidth } from './use-width.ts';
import { bandEdges } from '../words/features.ts';

const decibels = 10 / Math.LN10;
const [height, left, bottom, top] = [150, 44, 22, 8];

type Band = { low: number; high: number; actual: number; expected: number; spread: number; over: boolean };

export function SpectrumChart({ features }: { features: readonly ContributionView[] }) {
  const channels = [...new Set(features.map(({ channel }) => channel))];
  return (
    <div class="spectra">
      {channels.map((channel) => {
        const bands = features.filter((each) => each.channel === channel && each.block === 'bands').flatMap(bandFigures);
        return bands.length < 2 ? null : <Channel key={channel} channel={channel} bands={bands} />;
      })}
    </div>
  );
}

function bandFigures(feature: ContributionView): Band[] {
  const edges = bandEdges(feature);
  if (edges === null) return [];
  const { actual, expected, deviation } = feature;
  const spread = Math.abs(deviation) > 1e-6 ? Math.abs((actual - expected) / deviation) : 0;
  return [
    {
      low: edges[0],
      high: edges[1],
      actual: actual * decibels,
      expected: expected * decibels,
      spread: spread * decibels,
      over: Math.abs(deviation) > 4,
    },
  ];
}

function Channel({ channel, bands }: { channel: string; bands: readonly Band[] }) {
  const [box, width] = useWidth();
  const values = bands.flatMap(({ actual, expected, spread }) => [actual, expected - 2 * spread, expected + 2 * spread]);
  const [low, high] = [Math.min(...values) - 2, Math.max(...values) + 2];
  const [from, to] = [Math.log(bands[0].low), Math.log(bands.at(-1)!.high)];
  const x = (hz: number) => left + ((Math.log(hz) - from) / (to - from)) * (width - left - 8);
  const y = (db: number) => top + ((high - db) / (high - low)) * (height - top - bottom);
  const steps = (of: (band: Band) => number) =>
    bands.flatMap((band) => [`${x(band.low)},${y(of(band))}`, `${x(band.high)},${y(of(band))}`]);
  const area = [
    ...steps(({ expected, spread }) => expected + 2 * spread),
    ...steps(({ expected, spread }) => expected - 2 * spread).reverse(),
  ];
  const beyond = bands.filter(({ over }) => over).length;
  return (
    <figure class="spectrum" ref={box}>
      <figcaption>
        <span class="channel">{channel}</span>{' '}
        <span class="dim">{beyond === 0 ? 'all bands near normal' : `${beyond} of ${bands.length} bands far from normal`}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`Spectrum of ${channel}: ${beyond} of ${bands.length} bands far from normal; the table below has the figures`}
      >
        {ticks(low, high).map((db) => (
          <g key={db}>
            <line x1={left} x2={width - 8} y1={y(db)} y2={y(db)} class="rule" />
            <text x={left - 6} y={y(db) + 4} text-anchor="end">
              {db}
            </text>
          </g>
        ))}
        {apartEnough(decades(bands[0].low, bands.at(-1)!.high), x).map((hz) => (
          <text key={hz} x={x(hz)} y={height - 5} text-anchor={x(hz) > width - 40 ? 'end' : 'middle'}>
            {hz >= 1000 ? `${hz / 1000} kHz` : `${hz} Hz`}
          </text>
        ))}
        <text x={2} y={top + 8} class="unit">
          dB
        </text>
        <polygon points={area.join(' ')} class="expected-area" />
        <polyline points={steps(({ expected }) => expected).join(' ')} class="expected-line" />
        {bands.map(
          (band) =>
            band.over && (
              <line
                key={band.low}
                x1={x(band.low)}
                x2={x(band.high)}
                y1={y(band.actual)}
                y2={y(band.actual)}
                class="actual-over"
              />
            ),
        )}
        <polyline points={steps(({ actual }) => actual).join(' ')} class="actual-line" />
      </svg>
    </figure>
  );
}

function ticks(low: number, high: number): number[] {
  const step = [5, 10, 20, 50, 100].find((each) => (high - low) / each <= 5) ?? 200;
  const first = Math.ceil(low / step) * step;
  return Array.from({ length: Math.floor((high - first) / step) + 1 }, (_, i) => first + i * step);
}

/** Room that the name of a frequency needs, in pixels. */
const labelWidth = 48;

/** From low to high, without those that would stand in another one. */
function apartEnough(frequencies: readonly number[], x: (hz: number) => number): number[] {
  return frequencies.reduce<number[]>((shown, hz) => {
    const last = shown.at(-1);
    return last === undefined || x(hz) - x(last) >= labelWidth ? [...shown, hz] : shown;
  }, []);
}

function decades(low: number, high: number): number[] {
  const all = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];
  const inside = all.filter((hz) => hz >= low && hz <= high);
  return inside.length > 8 ? inside.filter((hz) => String(hz).startsWith('1')) : inside;
}

// The samples of a window, as they were when its alert opened.
import type { WaveformView } from '../../src/api/window-api.ts';

const [width, height] = [640, 90];

export function WaveformChart({ waveform: { channels, rateHz } }: { waveform: WaveformView }) {
  return (
    <div class="waveforms">
      <h3>
        Samples <span class="dim">kept when the alert opened</span>
      </h3>
      {channels.map(({ name, samples }) => {
        const [low, high] = [Math.min(...samples), Math.max(...samples)];
        const span = `${Number(low.toPrecision(3))} to ${Number(high.toPrecision(3))} over ${Number(((1000 * samples.length) / rateHz).toPrecision(3))} ms`;
        return (
          <figure key={name} class="waveform">
            <figcaption>
              <span class="channel">{name}</span> <span class="dim">{span}</span>
            </figcaption>
            <svg
              viewBox={`0 0 ${width} ${height}`}
              preserveAspectRatio="none"
              role="img"
              aria-label={`Samples of ${name}: ${span}`}
            >
              <path d={pathOf(samples, low, high)} class="wave" />
            </svg>
          </figure>
        );
      })}
    </div>
  );
}

/** One column a pixel: its least and its greatest sample, so that no peak is lost. */
function pathOf(samples: readonly number[], low: number, high: number): string {
  const y = (value: number) => (high === low ? height / 2 : 2 + ((high - value) / (high - low)) * (height - 4)).toFixed(1);
  if (samples.length <= width)
    return samples
      .map((value, i) => `${i === 0 ? 'M' : 'L'}${((i / Math.max(1, samples.length - 1)) * width).toFixed(1)} ${y(value)}`)
      .join('');
  return Array.from({ length: width }, (_, x) => {
    const column = samples.slice(
      Math.floor((x * samples.length) / width),
      Math.max(1, Math.floor(((x + 1) * samples.length) / width)),
    );
    return `${x === 0 ? 'M' : 'L'}${x} ${y(Math.max(...column))}L${x} ${y(Math.min(...column))}`;
  }).join('');
}

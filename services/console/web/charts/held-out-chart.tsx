// How the initialisations of a class did on devices that took no part, version after version.
import type { ModelView } from '../../src/api/models-api.ts';
import { figure } from '../words/figures.ts';
import { useWidth } from './use-width.ts';

const [height, left, right, top, bottom] = [120, 44, 14, 12, 22];

export function HeldOutChart({ versions }: { versions: readonly ModelView[] }) {
  const [box, width] = useWidth();
  const known = versions.filter(({ heldOut }) => heldOut !== null).toSorted((one, two) => one.version - two.version);
  if (known.length < 2) return null;
  const values = known.map(({ heldOut }) => heldOut!);
  const [low, high] = [Math.min(...values) - 0.02, Math.min(1, Math.max(...values) + 0.02)];
  const x = (i: number) => left + (i / (known.length - 1)) * (width - left - right);
  const y = (auroc: number) => top + ((high - auroc) / (high - low)) * (height - top - bottom);
  const text = known.map(({ version, heldOut }) => `v${version} ${figure(heldOut, 3)}`).join(', ');
  return (
    <figure class="spectrum held-out" ref={box}>
      <figcaption>
        <span class="dim">Held-out AUROC by version</span>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`Held-out AUROC by version: ${text}`}>
        {[low, high].map((auroc) => (
          <g key={auroc}>
            <line x1={left} x2={width - right} y1={y(auroc)} y2={y(auroc)} class="rule" />
            <text x={left - 6} y={y(auroc) + 4} text-anchor="end">
              {figure(auroc, 2)}
            </text>
          </g>
        ))}
        <polyline points={values.map((auroc, i) => `${x(i)},${y(auroc)}`).join(' ')} class="actual-line" />
        {known.map(({ version, stage }, i) => (
          <g key={version}>
            <circle cx={x(i)} cy={y(values[i])} r={stage === 'current' ? 5 : 3.5} class={`held-out-dot is-${stage}`} />
            <text x={x(i)} y={height - 5} text-anchor={i === 0 ? 'start' : i === known.length - 1 ? 'end' : 'middle'}>
              v{version}
            </text>
          </g>
        ))}
      </svg>
    </figure>
  );
}

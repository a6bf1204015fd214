// A device's newest windows in the width of a word: how far each score lay from its threshold, which is the line.

type Props = { trace: readonly (number | null)[]; width?: number; height?: number };

/** Margins beyond this are drawn at the edge. */
const most = 4;

export function Trace({ trace, width = 120, height = 28 }: Props) {
  const step = width / Math.max(32, trace.length);
  const first = width - trace.length * step;
  const zero = height * 0.42;
  const y = (margin: number) =>
    zero - (Math.max(-most, Math.min(most, margin)) / most) * (margin > 0 ? zero - 1 : height - zero - 1);
  return (
    <svg class="trace" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <line x1="0" x2={width} y1={zero} y2={zero} class="trace-line" />
      {trace.map((margin, i) => {
        const x = first + i * step;
        if (margin === null)
          return <rect key={i} x={x} y={height - 2} width={Math.max(1, step - 1.2)} height="1.5" class="trace-none" />;
        const top = Math.min(zero, y(margin));
        return (
          <rect
            key={i}
            x={x}
            y={top}
            width={Math.max(1, step - 1.2)}
            height={Math.max(1.5, Math.abs(y(margin) - zero))}
            class={margin > 0 ? 'trace-over' : 'trace-under'}
          />
        );
      })}
    </svg>
  );
}

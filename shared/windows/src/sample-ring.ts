// The newest samples of one device by grid index. Knows nothing of windows; whoever reads must stay within the capacity.

/** Ring over grid indices `[head - capacity, head)`, channel-major, with a mark per sample that really arrived. */
export type SampleRing = {
  channels: number;
  capacity: number;
  /** One past the newest grid index. */
  head: number;
  values: Float32Array;
  present: Uint8Array;
  /** How far beside its place a sample was taken, in sample periods; empty where nobody asks. */
  shifts: Float32Array;
};

/** A ring with nothing in it. `capacity` in samples. */
export function createSampleRing(channels: number, capacity: number, hasShifts = false): SampleRing {
  return {
    channels,
    capacity,
    head: -Infinity,
    values: new Float32Array(channels * capacity),
    present: new Uint8Array(capacity),
    shifts: new Float32Array(hasShifts ? capacity : 0),
  };
}

/** Moves the head forward to `head`; what falls out of the ring is forgotten. A head further back changes nothing. */
export function advance(ring: SampleRing, head: number): void {
  if (head <= ring.head) return;
  if (head - ring.head >= ring.capacity) {
    ring.present.fill(0);
  } else {
    const from = slotOf(ring, ring.head);
    const to = slotOf(ring, head);
    if (from < to) ring.present.fill(0, from, to);
    else ring.present.fill(0, from).fill(0, 0, to);
  }
  ring.head = head;
}

/**
 * Writes `count` samples of `from`, row-major from sample `first` on, at grid index `index`. The first value of an index stays: a
 * redelivered sample changes nothing. Returns how many samples were already there.
 */
export function write(
  ring: SampleRing,
  index: number,
  from: { samples: Float32Array; shift?: number },
  first: number,
  count: number,
): number {
  const { channels, capacity, values, present, shifts } = ring;
  const { samples, shift = 0 } = from;
  let repeated = 0;
  let slot = slotOf(ring, index);
  for (let i = 0; i < count; i++) {
    if (present[slot] === 1) repeated++;
    else {
      present[slot] = 1;
      if (shifts.length > 0) shifts[slot] = shift;
      for (let c = 0; c < channels; c++) values[c * capacity + slot] = samples[(first + i) * channels + c]!;
    }
    if (++slot === capacity) slot = 0;
  }
  return repeated;
}

/** Copies `[index, index + count)` into `out`, values channel-major; returns how many samples are present. */
export function read(
  ring: SampleRing,
  index: number,
  count: number,
  out: { samples: Float32Array; marks: Uint8Array; shifts: Float32Array },
): number {
  const { channels, capacity, values, present, shifts } = ring;
  const slot = slotOf(ring, index);
  const head = Math.min(count, capacity - slot);
  const copy = (from: Float32Array | Uint8Array, base: number, to: Float32Array | Uint8Array, at: number): void => {
    to.set(from.subarray(base + slot, base + slot + head), at);
    if (head < count) to.set(from.subarray(base, base + count - head), at + head);
  };
  for (let c = 0; c < channels; c++) copy(values, c * capacity, out.samples, c * count);
  copy(present, 0, out.marks, 0);
  if (shifts.length > 0) copy(shifts, 0, out.shifts, 0);
  let here = 0;
  for (let i = 0; i < count; i++) here += out.marks[i];
  return here;
}

function slotOf(ring: SampleRing, index: number): number {
  const slot = index % ring.capacity;
  return slot < 0 ? slot + ring.capacity : slot;
}

// The newest samples of one device by grid index. Knows nothing of windows; whoever reads must stay within the capacity.

/** Ring over grid indices `[head - capacity, head)`, channel-major, with a mark per sample that really arrived. */
export type SampleRing = {
  channels: number;
  capacity: number;
  /** One past the newest grid index. */
  head: number;
  values: Float32Array;
  present: Uint8Array;
};

/** A ring with nothing in it. `capacity` in samples. */
export function createSampleRing(channels: number, capacity: number): SampleRing {
  return {
    channels,
    capacity,
    head: -Infinity,
    values: new Float32Array(channels * capacity),
    present: new Uint8Array(capacity),
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
 * Writes `count` samples, row-major from `samples[first * channels]`, at grid index `index`. The first value of an index
 * stays: a redelivered sample changes nothing. Returns how many samples were already there.
 */
export function write(ring: SampleRing, index: number, samples: Float32Array, first: number, count: number): number {
  const { channels, capacity, values, present } = ring;
  let repeated = 0;
  let slot = slotOf(ring, index);
  for (let i = 0; i < count; i++) {
    if (present[slot] === 1) repeated++;
    else {
      present[slot] = 1;
      for (let c = 0; c < channels; c++) values[c * capacity + slot] = samples[(first + i) * channels + c]!;
    }
    if (++slot === capacity) slot = 0;
  }
  return repeated;
}

/** Copies `[index, index + count)` channel-major into `out` and its marks into `marks`; returns how many samples are present. */
export function read(ring: SampleRing, index: number, count: number, out: Float32Array, marks: Uint8Array): number {
  const { channels, capacity, values, present } = ring;
  const slot = slotOf(ring, index);
  const head = Math.min(count, capacity - slot);
  for (let c = 0; c < channels; c++) {
    const base = c * capacity;
    out.set(values.subarray(base + slot, base + slot + head), c * count);
    if (head < count) out.set(values.subarray(base, base + count - head), c * count + head);
  }
  marks.set(present.subarray(slot, slot + head));
  if (head < count) marks.set(present.subarray(0, count - head), head);
  let here = 0;
  for (let i = 0; i < count; i++) here += marks[i];
  return here;
}

function slotOf(ring: SampleRing, index: number): number {
  const slot = index % ring.capacity;
  return slot < 0 ? slot + ring.capacity : slot;
}

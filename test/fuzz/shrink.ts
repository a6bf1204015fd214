// Makes a failing list of inputs shorter for as long as it goes on failing (delta debugging; Zeller and Hildebrandt, 2002).

/** The shortest failing list found before `endMs` of the performance clock; `fails` is asked about lists in their order. */
export async function shrink<T>(
  items: readonly T[],
  fails: (items: readonly T[]) => Promise<boolean>,
  endMs: number,
): Promise<readonly T[]> {
  let left = items;
  for (let parts = 2; left.length > 1 && performance.now() < endMs;) {
    const size = Math.ceil(left.length / parts);
    let isShorter = false;
    for (let at = 0; at < left.length && performance.now() < endMs; at += size) {
      const rest = [...left.slice(0, at), ...left.slice(at + size)];
      if (!(await fails(rest))) continue;
      [left, isShorter] = [rest, true];
      break;
    }
    if (isShorter) parts = Math.max(2, parts - 1);
    else if (size === 1) break;
    else parts = Math.min(left.length, parts * 2);
  }
  return left;
}

// Which partition a device belongs to. Its records should all lie in one; where they do not, the state says whose they are.

/** The partition whose records are this device's, as its stored state names it. */
export type Claim = {
  /** `topic:partition`. */
  place: string;
  /** Records of the device that lie there before this offset were refused when somebody else had the claim. */
  fromOffset: number;
  /** Log time of its last record there when a window of it closed last, epoch milliseconds. */
  seenMs: number;
  /** How often the claim has passed from one partition to another. */
  moves: number;
};

/** A claim that has passed so often stays where it is: more moves have no place in the order of states. */
export const claimMovesMax = 900;

/** The name of a partition in a claim. */
export function placeOf({ topic, partition }: { topic: string; partition: number }): string {
  return `${topic}:${partition}`;
}

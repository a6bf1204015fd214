// The words that alerts are told in, with the signs of a page: ×, − and a dash between figures.
import { bandEdges, changeWords, featureWords, incidentKindOf, peerWords, withPeers } from '@tocsin/schemas/words';
import type { AlertView, ContributionView } from '../../src/api/alerts-api.ts';

type Named = Pick<ContributionView, 'feature' | 'channel'>;

export { bandEdges, withPeers };

/** `energy at 320–400 Hz` for `a1.band 320-400 Hz`. */
export function featureText(named: Named): string {
  return withSigns(featureWords(named));
}

/** How far it is from what is normal: `6.4× normal`, `54 where 41 is normal`. */
export function changeText(change: Named & Pick<ContributionView, 'unit' | 'actual' | 'expected'>): string {
  return withSigns(changeWords(change));
}

/** `3 of 41 peers shifted too`; null where there is nothing to say. */
export function peersText({ guard, peers }: Pick<AlertView, 'guard' | 'peers'>): string | null {
  return peerWords(peers, incidentKindOf(guard === null ? {} : { guard }));
}

function withSigns(words: string): string {
  return words
    .replaceAll(/(\d)-(?=\d)/g, '$1–')
    .replaceAll(/(^| )-(?=\d)/g, '$1−')
    .replaceAll(/(\d)x/g, '$1×');
}

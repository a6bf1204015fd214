// Words for people. Needs nothing of Node, so pages may import it by itself: `@tocsin/schemas/words`.
export { incidentKindOf } from '../fleet-incident.ts';
export { bandEdges, changeWords, featureWords, knownWords } from './feature-words.ts';
export { peerWords, withPeers } from './peer-words.ts';
export { nameText, shortName } from './name-text.ts';

// Tells kafkajs' errors apart: those of group membership, which only kafkajs itself can deal with, and the rest, as TransportError.
import { TransportError, type TransportErrorCode } from '../transport-error.ts';

/** Does the error mean that the member has to join its group anew? kafkajs does so when it gets it back. */
export function isMembershipLost(error: unknown): boolean {
  return lostTypes.has(typeOf(error));
}

/** Does the error mean that the group waits for this member, which still owns its partitions? */
export function isRebalanceWaiting(error: unknown): boolean {
  return typeOf(error) === 'REBALANCE_IN_PROGRESS';
}

/** Is a topic so new that not every broker, or no leader, knows of it yet? */
export function isTopicSpreading(error: unknown): boolean {
  return ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'].includes(typeOf(rootOf(error)));
}

/** Any error as a TransportError; `doing` says what was tried. */
export function asTransportError(error: unknown, doing: string): TransportError {
  if (error instanceof TransportError) return error;
  const root = rootOf(error);
  const text = root instanceof Error ? root.message : String(root);
  return new TransportError(codeOf(root), `${doing}: ${text}`, error);
}

const lostTypes = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'NOT_COORDINATOR_FOR_GROUP']);

const codesByType: Readonly<Record<string, TransportErrorCode>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'unknown-topic',
  INVALID_TOPIC_EXCEPTION: 'unknown-topic',
  MESSAGE_TOO_LARGE: 'record-too-large',
  RECORD_LIST_TOO_LARGE: 'record-too-large',
};

const unreachableNames = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSLockTimeout',
]);

function codeOf(root: unknown): TransportErrorCode {
  const known = codesByType[typeOf(root)];
  if (known !== undefined) return known;
  if (root instanceof Error && unreachableNames.has(root.name)) return 'unreachable';
  return root instanceof Error && 'retriable' in root && root.retriable === true ? 'unavailable' : 'refused';
}

/** kafkajs wraps what happened once or twice on the way out. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? rootOf(error.cause) : error;
}

function typeOf(error: unknown): string {
  return error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : '';
}

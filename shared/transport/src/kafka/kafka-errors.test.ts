import { KafkaJSNonRetriableError } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { TransportError } from '../transport-error.ts';
import { asTransportError, isMembershipLost, isRebalanceWaiting } from './kafka-errors.ts';

const broker = (type: string, retriable: boolean) =>
  Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type, retriable });
const client = (name: string) => Object.assign(new Error('no answer'), { name, retriable: true });

describe('an error of kafkajs', () => {
  test.each([
    [broker('UNKNOWN_TOPIC_OR_PARTITION', true), 'unknown-topic', false],
    [broker('MESSAGE_TOO_LARGE', false), 'record-too-large', false],
    [broker('LEADER_NOT_AVAILABLE', true), 'unavailable', true],
    [broker('TOPIC_AUTHORIZATION_FAILED', false), 'refused', false],
    [client('KafkaJSConnectionError'), 'unreachable', true],
    [client('KafkaJSRequestTimeoutError'), 'unreachable', true],
    [new Error('what is this?'), 'refused', false],
    ['text', 'refused', false],
  ])('%s becomes %s', (error, code, isRetriable) => {
    expect(asTransportError(error, 'doing this')).toMatchObject({ code, isRetriable });
    expect(asTransportError(error, 'doing this').message).toMatch(/^doing this: ./);
  });

  test('is judged by what caused it', () => {
    const wrapped = Object.assign(new KafkaJSNonRetriableError('gave up'), { cause: client('KafkaJSConnectionError') });
    expect(asTransportError(wrapped, 'sending')).toMatchObject({ code: 'unreachable', cause: wrapped });
  });

  test('is left alone when it is ours already', () => {
    const ours = new TransportError('closed', 'closed');
    expect(asTransportError(ours, 'sending')).toBe(ours);
  });
});

test('a group that waits for us has not lost us yet', () => {
  expect(
    ['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'LEADER_NOT_AVAILABLE']
      .map((type) => broker(type, true))
      .map(isMembershipLost),
  ).toEqual([true, true, false]);
  expect(isRebalanceWaiting(broker('REBALANCE_IN_PROGRESS', true))).toBe(true);
  expect(isRebalanceWaiting(broker('ILLEGAL_GENERATION', true))).toBe(false);
});

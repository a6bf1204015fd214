// What is left of a storm for whoever has to understand it: the outcome, and every record that was said otherwise than undisturbed.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeAlert, decodeScoredWindow } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import type { Truth } from '../simulation/oracle.ts';
import { identityOf, outputOf, type Undisturbed } from '../simulation/undisturbed.ts';

export function writeEvidence(
  file: string,
  outcome: object,
  truth: Truth,
  undisturbed: Undisturbed,
  seen: readonly LogRecord[],
): void {
  writeFileSync(file, JSON.stringify(outcome, null, 2));
  const lines: string[] = [];
  const said = new Set<string>();
  for (const { topic, partition, offset, timestampMs, value } of seen) {
    const output = outputOf(topic);
    const identity = identityOf(topic, value!);
    said.add(`${output} ${identity}`);
    const right = undisturbed[output].get(identity);
    if (right !== undefined && Buffer.compare(right.value, value!) === 0) continue;
    const what = { output, identity, partition, offset, sentAt: new Date(timestampMs).toISOString() };
    lines.push(
      JSON.stringify({ ...what, closedAt: right?.at, said: spoken(output, value!), right: right && spoken(output, right.value) }),
    );
  }
  for (const [key, { partition, closedAt }] of truth.windows)
    if (!said.has(`windows ${key}`)) lines.push(JSON.stringify({ missing: key, partition, closedAt }));
  for (const [key, { partition, at }] of undisturbed.alerts)
    if (!said.has(`alerts ${key}`)) lines.push(JSON.stringify({ missing: key, partition, closedAt: at }));
  writeFileSync(join(dirname(file), 'differences.jsonl'), lines.map((line) => `${line}\n`).join(''));
}

function spoken(output: keyof Undisturbed, value: Uint8Array): unknown {
  if (output === 'alerts') return decodeAlert(value);
  if (output === 'deadLetters') return 'a dead letter';
  const { features: _features, ...window } = decodeScoredWindow(value);
  return window;
}

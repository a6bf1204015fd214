// A folder with a configuration for the embedded log and store, for tests of whole commands.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledDataDirectory, openFleet } from '@tocsin/simulator';
import { createEmbeddedTransport, type TopicInfo, type Transport } from '@tocsin/transport';
import { classesYaml, recordedClasses } from './replay/recorded-classes.ts';

export type LocalRoom = {
  /** The configuration file. */
  config: string;
  /** Where log and state would be. */
  log: string;
  state: string;
  /** Uses the log beside the command under test. */
  withLog<T>(use: (transport: Transport) => Promise<T>): Promise<T>;
  /** Null for a topic that does not exist. */
  topic(name: string): Promise<TopicInfo | null>;
  close(): void;
};

/** Classes are those of the bundled recordings, unless `classes` says otherwise. */
export function openLocalRoom(classes = classesYaml(recordedClasses(openFleet(bundledDataDirectory).dataSets))): LocalRoom {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-cli-'));
  const [config, log, state] = ['tocsin.yaml', 'log', 'state'].map((name) => join(directory, name));
  const settings = [
    `transport: { kind: embedded, directory: ${JSON.stringify(log)} }`,
    `state: { kind: embedded, directory: ${JSON.stringify(state)} }`,
    'topics: { partitions: 3 }',
    'scorer: { httpPort: 0, commitEveryMs: 50 }',
    `trainer: { httpPort: 0, backend: cpu, store: { directory: ${JSON.stringify(join(directory, 'episodes'))} } }`,
    'console: { httpPort: 0 }',
    'notifier: { httpPort: 0 }',
    'log: { level: silent }',
  ];
  writeFileSync(config, `${settings.join('\n')}\n${classes}`);

  async function withLog<T>(use: (transport: Transport) => Promise<T>): Promise<T> {
    const transport = createEmbeddedTransport({ directory: log });
    try {
      return await use(transport);
    } finally {
      await transport.close();
    }
  }
  return {
    config,
    log,
    state,
    withLog,
    topic: (name) => withLog((transport) => transport.admin().describe(name)),
    close: () => rmSync(directory, { recursive: true, force: true }),
  };
}

// Everything that the demo runs on: the embedded log and store in a folder of their own, and the topics.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openState, type StateStore } from '@tocsin/state';
import { openTransport, type Transport } from '@tocsin/transport';
import type { Config } from '@tocsin/config';
import type { LogMessage } from '@tocsin/schemas';

/** `config` is what a separate process would need to use the same room. */
export type DemoRoom = { transport: Transport; state: StateStore; config: Config; close(): Promise<void> };

/** Opens a room in the temporary folder of the system; `close` removes it. */
export async function openDemoRoom(config: Config, note: LogMessage): Promise<DemoRoom> {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-demo-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  // However the process ends, short of a kill.
  process.once('exit', remove);
  const own: Config = {
    ...config,
    transport: { ...config.transport, kind: 'embedded', directory: join(directory, 'log') },
    state: { ...config.state, kind: 'embedded', directory: join(directory, 'state') },
    trainer: { ...config.trainer, store: { ...config.trainer.store, directory: join(directory, 'episodes') } },
  };
  const transport = openTransport(own.transport, note);
  const state = openState(own.state);
  const { telemetry, windows, alerts, incidents, notices, models, labels, deadLetter, late } = config.topics;
  const names = [...telemetry, windows, alerts, incidents, notices, labels, deadLetter, ...(late === null ? [] : [late])];
  await transport
    .admin()
    .ensureTopics([...names.map((name) => ({ name, partitions: 2 })), { name: models, partitions: 1, compacted: true }]);
  return {
    transport,
    state,
    config: own,
    async close() {
      await transport.close();
      await state.close();
      process.off('exit', remove);
      remove();
    },
  };
}

// The dead-letter topic of a configuration, opened for one command.
import { readConfig, type Config } from '@tocsin/config';
import { openTransport, type Transport } from '@tocsin/transport';
import { commandNote } from '../command-note.ts';
import { requireLog } from '../embedded-places.ts';
import { configSource } from '../local-defaults.ts';
import { count } from '../terminal/figures.ts';
import { createScreen } from '../terminal/screen.ts';
import { wantsColour, type World } from '../world.ts';
import { scanLetters, type ScanOptions } from './scan-letters.ts';

/** A scan that is over by then says nothing of how far it is. */
const quietMs = 1500;

export type LetterRoom = {
  config: Config;
  transport: Transport;
  /** Name of the topic. */
  topic: string;
  /**
   * Everything that lay in the topic when it was opened; the same every time. Nothing where the topic does not exist. Tells on
   * stderr how far it is.
   */
  scan(options: Pick<ScanOptions, 'onEntries' | 'signal'>): Promise<void>;
};

/** Reads the configuration and closes what was opened; groups are named after the scorer's so that the same rights cover them. */
export async function withLetters<T>(
  configFile: string | undefined,
  world: World,
  use: (room: LetterRoom) => Promise<T>,
): Promise<T> {
  const { path, env } = configSource(configFile, world.env);
  const config = readConfig(path, env);
  const topic = config.topics.deadLetter;
  requireLog(config.transport);
  const transport = openTransport(config.transport, commandNote('dlq', config.log));
  try {
    const info = await transport.admin().describe(topic);
    return await use({
      config,
      transport,
      topic,
      async scan(options) {
        if (info === null) return;
        const screen = createScreen(world.stderr, world.now, wantsColour(world));
        const startedMs = world.now();
        const onProgress = (read: number, total: number) => {
          if (world.now() - startedMs > quietMs) screen.progress(read / total, `${count(read)} of ${count(total)} records`);
        };
        const group = `${config.scorer.groupId}.dlq`;
        await scanLetters(transport, info, { ...options, group, onProgress, now: world.now, sleep: world.sleep }).finally(
          screen.done,
        );
      },
    });
  } finally {
    await transport.close();
  }
}

// The console's section of the configuration.
import { z } from 'zod';

const text = z.string().min(1).meta({ expected: 'a text that is not empty' });
const count = z.int().min(1);

export const consoleSection = z.strictObject({
  host: text.default('127.0.0.1').describe('Address to listen on; 0.0.0.0 for all of this machine.'),
  httpPort: z
    .int()
    .min(0)
    .max(65_535)
    .default(9470)
    .describe('Port of the page, the API, /metrics, /livez and /readyz; 0 takes a free one.'),
  token: text
    .nullable()
    .default(null)
    .describe(
      'Secret that whoever asks has to know, as bearer token or as the password of any user name; null for none; better from the environment than from a file.',
    ),
  hosts: z
    .array(text)
    .default([])
    .describe(
      'Names under which people reach the console: needed where it has no token, and behind a proxy that calls it by another name; localhost and addresses are always allowed.',
    ),
  groupId: text.default('tocsin-console').describe('Start of the name of its consumer group; every process has one of its own.'),
  devicesMax: count.default(50_000).describe('Devices kept in memory; the one that has been silent longest goes first.'),
  historyWindows: count.min(32).max(10_000).default(360).describe('Windows kept of a device, at most.'),
  historyMb: count
    .default(256)
    .describe('Memory for the windows of all devices, in MiB; many devices have fewer windows each, 32 at least.'),
  readBack: count.default(50_000).describe('Records of every partition that are read again at the start, at most.'),
  clientsMax: count.default(200).describe('Pages that may be open at once.'),
});

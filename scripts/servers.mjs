// Keeps a real Kafka and a real Redis running in the foreground, to develop against: `node scripts/servers.mjs`. Ctrl-C ends both.
import { startServers } from '../test/servers/index.mjs';

const servers = await startServers();
for (const line of servers.lines) console.error(line);
const settings = Object.entries(servers.env).map(([name, value]) => `${name}=${value}`);
console.log(`export ${settings.join(' ')}`);

// Keeps the process alive: the servers themselves do not.
const alive = setInterval(() => undefined, 60_000);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, async () => {
    clearInterval(alive);
    await servers.stop();
  });
}

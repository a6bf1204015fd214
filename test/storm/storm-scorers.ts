// The scorers of a storm, each a process, and what can be done to a process.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startService, type ServiceProcess } from '../integration/service-process.ts';
import { freePorts } from '../servers/loopback.mjs';
import { startHoldingProxy, type HoldingProxy } from './holding-proxy.ts';
import type { StormTrace } from './storm-trace.ts';

export type StormScorer = {
  name: string;
  service: ServiceProcess;
  isFrozen: boolean;
  /** Its end was, or will be, our doing. */
  isOurs: boolean;
  proxy: HoldingProxy | null;
};

/** How a scorer ended that was asked to by SIGTERM, and how long that took. */
export type Exit = { ms: number; code: number | NodeJS.Signals | null };

export type StormScorers = {
  exits: readonly Exit[];
  /** Scorers that run, frozen or not, and are not about to end. */
  living(): StormScorer[];
  /** With `isHeld` what it says to Redis can be held back. */
  start(options?: { isHeld?: boolean }): Promise<StormScorer>;
  kill(scorer: StormScorer): Promise<void>;
  freeze(scorer: StormScorer): void;
  thaw(scorer: StormScorer): void;
  /** Sends SIGTERM and waits for the end. */
  stop(scorer: StormScorer): Promise<void>;
  /** Ends all of them and leaves what they said in the folder. */
  close(folder: string): Promise<void>;
};

/** Has it asked to join the group that reads telemetry? */
export function isJoining({ service }: StormScorer): boolean {
  return /-scorer","msg":"Starting"/.test(service.output());
}

/** Whoever ends without having been asked to is counted and started again, as a supervisor would. */
export function createStormScorers(
  configFile: string,
  { brokers, redisUrl }: { brokers: string; redisUrl: string },
  trace: StormTrace,
): StormScorers {
  const scorers: StormScorer[] = [];
  const exits: Exit[] = [];

  async function start({ isHeld = false } = {}): Promise<StormScorer> {
    const proxy = isHeld ? await startHoldingProxy(redisUrl) : null;
    const [port] = await freePorts(1);
    // Behind the proxy the store is slow, not away.
    const patience = isHeld ? { TOCSIN_STATE_CONNECT_TIMEOUT_MS: '60000' } : {};
    const env = { KAFKA_BROKERS: brokers, REDIS_URL: proxy?.url ?? redisUrl, ...patience };
    const service = startService('scorer', configFile, port, env);
    const scorer = { name: `scorer-${scorers.length + 1}`, service, isFrozen: false, isOurs: false, proxy };
    scorers.push(scorer);
    trace.say(`start ${scorer.name}`);
    return scorer;
  }

  const supervisor = setInterval(() => {
    for (const scorer of scorers) {
      if (!scorer.service.hasEnded() || scorer.isOurs) continue;
      scorer.isOurs = true;
      trace.did('ended by itself', scorer.name);
      void start({ isHeld: scorer.proxy !== null });
    }
  }, 200);

  return {
    exits,
    living: () => scorers.filter(({ service, isOurs }) => !isOurs && !service.hasEnded()),
    start,
    async kill(scorer) {
      trace.did('kill -9', scorer.name);
      scorer.isOurs = true;
      await scorer.service.end('SIGKILL');
      scorer.proxy?.close();
    },
    freeze(scorer) {
      trace.did('SIGSTOP', scorer.name);
      scorer.isFrozen = true;
      scorer.service.signal('SIGSTOP');
    },
    thaw(scorer) {
      trace.say(`SIGCONT ${scorer.name}`);
      scorer.isFrozen = false;
      scorer.service.signal('SIGCONT');
    },
    async stop(scorer) {
      trace.did('SIGTERM', scorer.name);
      scorer.isOurs = true;
      const sinceMs = performance.now();
      const code = await scorer.service.end('SIGTERM');
      exits.push({ ms: performance.now() - sinceMs, code });
      trace.say(`${scorer.name} ended with ${code}`);
    },
    async close(folder) {
      clearInterval(supervisor);
      await Promise.all(scorers.map(({ service }) => service.end('SIGKILL')));
      for (const { name, service, proxy } of scorers) {
        writeFileSync(join(folder, `${name}.log`), service.output());
        proxy?.close();
      }
    },
  };
}

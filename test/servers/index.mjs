// Both servers, a browser, a Prometheus and an Alertmanager at once, or whatever of them can be had, with the reason where one cannot.
// `KAFKA_BROKERS`, `REDIS_URL`, `CHROMIUM`, `PROMETHEUS` and `ALERTMANAGER` in the environment win: nothing is started for them, and nothing
// stopped.
import { findAlertmanager } from './alertmanager.mjs';
import { findChromium } from './chromium.mjs';
import { startKafka } from './kafka.mjs';
import { findPrometheus } from './prometheus.mjs';
import { redisVersion, startRedis } from './redis.mjs';

/**
 * @typedef {object} Servers
 * @property {{ KAFKA_BROKERS?: string, REDIS_URL?: string, CHROMIUM?: string, PROMETHEUS?: string, ALERTMANAGER?: string }} env what a child process needs to find them
 * @property {string[]} lines one sentence about each, for people
 * @property {() => Promise<void>} stop
 */

/** @returns {Promise<Servers>} */
export async function startServers() {
  const [kafka, redis, chromium, prometheus, alertmanager] = await Promise.all([
    kafkaToUse(),
    redisToUse(),
    chromiumToUse(),
    prometheusToUse(),
    alertmanagerToUse(),
  ]);
  return {
    env: {
      ...(kafka.at && { KAFKA_BROKERS: kafka.at }),
      ...(redis.at && { REDIS_URL: redis.at }),
      ...(chromium.at && { CHROMIUM: chromium.at }),
      ...(prometheus.at && { PROMETHEUS: prometheus.at }),
      ...(alertmanager.at && { ALERTMANAGER: alertmanager.at }),
    },
    lines: [kafka.line, redis.line, chromium.line, prometheus.line, alertmanager.line],
    stop: async () => {
      await Promise.all([kafka.stop(), redis.stop()]);
    },
  };
}

async function kafkaToUse() {
  const given = process.env.KAFKA_BROKERS;
  if (given)
    return { at: given, line: `Apache Kafka at ${given} (from KAFKA_BROKERS; it does not tell its version)`, stop: nothing };
  return startKafka().then(
    (server) => ({ at: server.brokers, line: `Apache Kafka ${server.version} at ${server.brokers}`, stop: server.stop }),
    (error) => ({ at: undefined, line: `Apache Kafka is not to be had: ${error.message}`, stop: nothing }),
  );
}

async function redisToUse() {
  const given = process.env.REDIS_URL;
  if (given) {
    const version = await redisVersion(given).catch((error) => `(not reachable: ${error.message})`);
    return { at: given, line: `Redis ${version} at ${given} (from REDIS_URL)`, stop: nothing };
  }
  return startRedis().then(
    (server) => ({ at: server.url, line: `Redis ${server.version} at ${server.url}`, stop: server.stop }),
    (error) => ({ at: undefined, line: `Redis is not to be had: ${error.message}`, stop: nothing }),
  );
}

async function chromiumToUse() {
  return findChromium().then(
    ({ path, version }) => ({ at: path, line: `${version} at ${path}` }),
    (error) => ({ at: undefined, line: `CHROMIUM IS NOT TO BE HAD, the pages are not tested: ${error.message}` }),
  );
}

async function prometheusToUse() {
  return findPrometheus().then(
    ({ path, version }) => ({ at: path, line: `Prometheus ${version} at ${path}` }),
    (error) => ({ at: undefined, line: `PROMETHEUS IS NOT TO BE HAD, rules and dashboards are not tested: ${error.message}` }),
  );
}

async function alertmanagerToUse() {
  return findAlertmanager().then(
    ({ path, version }) => ({ at: path, line: `Alertmanager ${version} at ${path}` }),
    (error) => ({ at: undefined, line: `ALERTMANAGER IS NOT TO BE HAD, its sink is not tried on one: ${error.message}` }),
  );
}

async function nothing() {}

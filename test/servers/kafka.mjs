// A real Apache Kafka for tests: one KRaft node on loopback with a data folder of its own. The jars come through Maven; where
// that cannot be, a container; where neither can be, it rejects with both reasons.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { startChild, tailOf } from './child.mjs';
import { startContainer } from './container.mjs';
import { kafkaLibs, kafkaVersion } from './kafka-libs.mjs';
import { freePorts, untilItAnswers } from './loopback.mjs';

/**
 * @typedef {object} KafkaServer
 * @property {string} brokers `host:port`
 * @property {string} version
 * @property {string} logFile
 * @property {(signal?: NodeJS.Signals) => Promise<void>} down stops the broker but keeps its data and its port
 * @property {() => Promise<void>} up starts it again; resolves when it answers
 * @property {() => Promise<void>} stop stops it for good and removes its data
 */

const log4jFile = fileURLToPath(new URL('log4j2.properties', import.meta.url));

/** @returns {Promise<KafkaServer>} */
export async function startKafka() {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-kafka-'));
  const [port, controllerPort] = await freePorts(2);
  const logFile = join(folder, 'kafka.log');
  const brokers = `127.0.0.1:${port}`;
  const launch = await localLauncher({ folder, port, controllerPort, logFile })
    .catch((reason) => containerLauncher({ port, logFile }, reason))
    .catch((error) => {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    });

  let child = launch();
  const ready = () =>
    untilItAnswers({ attempt: () => listTopics(brokers), isAlive: child.isRunning, timeoutMs: 180_000 }).catch((error) => {
      throw new Error(`Kafka did not start at ${brokers}: ${error.message}; the end of its log:\n${tailOf(logFile)}`, {
        cause: error,
      });
    });
  const stop = async () => {
    await child.stop('SIGKILL', 0);
    rmSync(folder, { recursive: true, force: true });
  };
  await ready().catch(async (error) => {
    await stop();
    throw error;
  });
  return {
    brokers,
    version: kafkaVersion,
    logFile,
    down: (signal = 'SIGTERM') => child.stop(signal, 20_000),
    up: async () => {
      child = launch();
      await ready();
    },
    stop,
  };
}

/** @param {{ folder: string, port: number, controllerPort: number, logFile: string }} options */
async function localLauncher({ folder, port, controllerPort, logFile }) {
  const classPath = join(await kafkaLibs(), '*');
  const data = join(folder, 'data');
  const config = join(folder, 'server.properties');
  mkdirSync(data);
  writeFileSync(config, serverProperties({ port, controllerPort, data }));
  const java = ['-Xmx512m', '-XX:+UseSerialGC', `-Dlog4j2.configurationFile=${log4jFile}`, '-cp', classPath];
  await promisify(execFile)('java', [...java, 'kafka.tools.StorageTool', 'format', '-t', clusterId(), '-c', config]);
  return () => startChild({ command: 'java', args: [...java, 'kafka.Kafka', config], logFile });
}

/** @param {{ port: number, logFile: string }} options @param {Error} reason why there is no local one */
async function containerLauncher({ port, logFile }, reason) {
  const listeners = {
    KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
    KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
  };
  const properties = Object.entries({ ...settings, 'controller.quorum.voters': '1@localhost:9093' });
  const asEnvironment = properties.map(([name, value]) => [`KAFKA_${name.toUpperCase().replaceAll('.', '_')}`, value]);
  return startContainer({
    image: `apache/kafka:${kafkaVersion}`,
    publish: `127.0.0.1:${port}:9092`,
    env: { ...Object.fromEntries(asEnvironment), ...listeners },
    logFile,
    instead: reason,
  });
}

/** What every test broker has in common: one replica of everything, no waiting, no topics by accident. */
const settings = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  'auto.create.topics.enable': 'false',
  'group.initial.rebalance.delay.ms': '0',
  // Storms and tests of dead members do not want to wait for the default of six seconds.
  'group.min.session.timeout.ms': '1000',
  // A killed broker may come back when the controller has noticed that it is gone; nine seconds by default.
  'broker.session.timeout.ms': '2000',
  'broker.heartbeat.interval.ms': '500',
  'offsets.topic.num.partitions': '1',
  'offsets.topic.replication.factor': '1',
  'transaction.state.log.num.partitions': '1',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'share.coordinator.state.topic.num.partitions': '1',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
};

/** @param {{ port: number, controllerPort: number, data: string }} options */
function serverProperties({ port, controllerPort, data }) {
  const local = {
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'log.dirs': data,
  };
  return Object.entries({ ...settings, ...local })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** A Kafka Uuid: 16 bytes as unpadded base64url; a leading '-' would read as an option. @returns {string} */
function clusterId() {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? clusterId() : id;
}

/** @param {string} brokers */
async function listTopics(brokers) {
  const kafka = new Kafka({ brokers: [brokers], retry: { retries: 0 }, logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await admin.listTopics();
  } finally {
    await admin.disconnect();
  }
}

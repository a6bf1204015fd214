// Resolves the jars of a one-node Kafka through Maven (pom.xml beside this file) into a cache outside the checkout, once.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from './cache-folder.mjs';

const run = promisify(execFile);
const pom = fileURLToPath(new URL('pom.xml', import.meta.url));

/** `$TOCSIN_KAFKA_VERSION`, else the version named in pom.xml. */
export const kafkaVersion = process.env.TOCSIN_KAFKA_VERSION || versionInPom();

/**
 * Folder with the jars, downloaded first where it is missing. Rejects with what to install or what Maven said.
 * @returns {Promise<string>}
 */
export async function kafkaLibs() {
  const folder = join(cacheFolder(), `kafka-${kafkaVersion}`);
  await requireJava17();
  if (existsSync(folder)) return folder;
  await requireMaven();
  const partial = `${folder}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  const settings = [`-Dkafka.version=${kafkaVersion}`, '-DincludeScope=runtime', `-DoutputDirectory=${partial}`];
  const args = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', ...settings];
  try {
    await run('mvn', args, { timeout: 600_000 });
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    // Somebody else may have put the same jars there in the meantime.
    if (!existsSync(folder)) throw new Error(`Maven could not fetch Kafka ${kafkaVersion}: ${said(error)}`, { cause: error });
  }
  return folder;
}

async function requireJava17() {
  const { stderr } = await run('java', ['-version']).catch(() => {
    throw new Error("no 'java' on the PATH; install Java 17 or newer (Debian: apt-get install openjdk-17-jre-headless)");
  });
  const version = /version "(\d+)(?:\.(\d+))?/.exec(stderr);
  const major = Number(version?.[1] === '1' ? version[2] : version?.[1]);
  if (!(major >= 17))
    throw new Error(`Kafka 4 needs Java 17 or newer, found ${stderr.split('\n')[0]}; install openjdk-17-jre-headless`);
}

async function requireMaven() {
  await run('mvn', ['-v']).catch(() => {
    throw new Error("no 'mvn' on the PATH; install Maven (Debian: apt-get install maven)");
  });
}

function versionInPom() {
  const version = /<kafka\.version>([^<]+)</.exec(readFileSync(pom, 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${join(dirname(pom), 'pom.xml')} names no <kafka.version>`);
  return version;
}

/** @param {unknown} error @returns {string} */
function said(error) {
  const stdout = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
  return stdout.split('\n').find((line) => line.includes('ERROR')) ?? String(error);
}

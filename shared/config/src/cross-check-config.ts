// What only several settings together can get wrong.
import type { LocatedMistake } from './check-against.ts';
import { shown } from './config-error.ts';
import { deviceClassCrossMistakes } from './parse-device-class.ts';
import type { ConfigInput } from './schema.ts';

/** Mistakes beyond `known`; `config` is what was right. */
export function crossCheckConfig(config: ConfigInput, known: readonly LocatedMistake[]): LocatedMistake[] {
  return [
    ...topicMistakes(config.topics),
    ...placeMistakes(config),
    ...backendMistakes(config.trainer),
    ...keyMistakes(config.signing),
    ...secretMistakes(config),
    ...classMistakes(config.classes, known),
  ];
}

/** A topic that is both read and written would feed the line with its own output. */
function topicMistakes({ telemetry, late, ...rest }: ConfigInput['topics']): LocatedMistake[] {
  const { windows, alerts, labels, models, deadLetter, incidents, notices, undelivered } = rest;
  const written = { windows, alerts, labels, models, deadLetter, incidents, notices, undelivered };
  const named = Object.entries({ ...written, ...(late === null ? {} : { late }) });
  return named.flatMap(([name, topic], i) => {
    const others = [...telemetry.map((other) => ['telemetry', other]), ...named.slice(0, i)];
    const twin = others.find(([, other]) => other === topic);
    if (twin === undefined) return [];
    return [wrong(['topics', name], topic, `another name than topics.${twin[0]}`, 'every topic carries one kind of record')];
  });
}

function placeMistakes({ transport, state, trainer }: ConfigInput): LocatedMistake[] {
  const found: LocatedMistake[] = [];
  if (state.url.includes(',') && !state.cluster) {
    found.push(wrong(['state', 'url'], state.url, 'one address', 'set state.cluster to true, or name one server'));
  }
  if (transport.kind === 'embedded' && state.kind === 'embedded' && transport.directory === state.directory) {
    found.push(wrong(['state', 'directory'], state.directory, 'another directory than transport.directory', 'give each its own'));
  }
  const taken = [transport, state].filter(({ kind }) => kind === 'embedded').map(({ directory }) => directory);
  const { directory } = trainer.store;
  if (taken.includes(directory)) {
    const expected = 'another directory than those of the log and the state store';
    found.push(wrong(['trainer', 'store', 'directory'], directory, expected, 'give each its own'));
  }
  return found;
}

function backendMistakes({ backend, requireGpu }: ConfigInput['trainer']): LocatedMistake[] {
  if (!requireGpu || (backend !== 'cpu' && backend !== 'wasm')) return [];
  const expected = 'auto, tensorflow or webgpu beside trainer.requireGpu';
  return [wrong(['trainer', 'backend'], backend, expected, 'name a backend that has GPUs, or set trainer.requireGpu to false')];
}

/** Never shows the key. */
function keyMistakes({ privateKey, privateKeyFile }: ConfigInput['signing']): LocatedMistake[] {
  if (privateKey === null || privateKeyFile === null) return [];
  return [wrong(['signing', 'privateKeyFile'], privateKeyFile, 'null beside signing.privateKey', 'name one key to sign with')];
}

/** Never shows a secret. */
function secretMistakes({ links, notifier }: ConfigInput): LocatedMistake[] {
  const found: LocatedMistake[] = [];
  if (links.key !== null && links.keyFile !== null)
    found.push(wrong(['links', 'keyFile'], links.keyFile, 'null beside links.key', 'name one key'));
  if (links.url === null && (links.key !== null || links.keyFile !== null))
    found.push(wrong(['links', 'url'], null, 'the address of the console beside links.key', 'say where links should lead'));
  for (const [name, { kind, secret, secretFile }] of Object.entries(notifier.sinks)) {
    const at = ['notifier', 'sinks', name, 'secretFile'];
    if (secret !== null && secretFile !== null)
      found.push(wrong(at, secretFile, `null beside notifier.sinks.${name}.secret`, 'name one secret'));
    if (kind === 'webhook' && secret === null && secretFile === null)
      found.push(wrong(at, null, 'a file, or a secret, for a webhook', 'receivers know by the signature who speaks'));
  }
  return found;
}

function classMistakes(classes: ConfigInput['classes'], known: readonly LocatedMistake[]): LocatedMistake[] {
  return Object.entries(classes).flatMap(([name, input]) => {
    const prefix = ['classes', name];
    const inside = known.filter(({ path }) => prefix.every((part, i) => path[i] === part));
    const knownInside = inside.map(({ path, mistake }) => ({ path: path.slice(prefix.length), mistake }));
    return deviceClassCrossMistakes(name, input, knownInside).map(({ path, mistake }) => ({
      path: [...prefix, ...path],
      mistake,
    }));
  });
}

function wrong(path: readonly string[], value: unknown, expected: string, advice: string): LocatedMistake {
  return { path, mistake: { value: shown(value), expected, advice } };
}

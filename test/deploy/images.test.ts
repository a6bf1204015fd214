// The images fit the packages, files and settings they name. They are read, not built: no container engine is asked for here.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '@tocsin/config';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const images = ['Dockerfile', 'Dockerfile.trainer-cuda', 'Dockerfile.trainer-webgpu'];
const gpuImages = images.slice(1);
const trainer: { peerDependencies: Record<string, string> } = JSON.parse(read('services/trainer/package.json'));

/** Instructions with their continued lines, comments left out. */
function instructionsOf(image: string): { name: string; rest: string }[] {
  const lines = read(`deploy/docker/${image}`)
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => ({ name: line.split(' ')[0], rest: line.slice(line.indexOf(' ') + 1).trim() }));
}

const restsOf = (image: string, wanted: string): string[] =>
  instructionsOf(image)
    .filter(({ name }) => name === wanted)
    .map(({ rest }) => rest);

describe.each(images)('%s', (image) => {
  test('has known instructions only, and bases of one version', () => {
    const names = new Set(instructionsOf(image).map(({ name }) => name));
    const known = ['ARG', 'FROM', 'RUN', 'COPY', 'WORKDIR', 'ENV', 'VOLUME', 'USER', 'EXPOSE', 'ENTRYPOINT', 'CMD'];
    expect([...names].filter((name) => !known.includes(name))).toEqual([]);
    for (const base of restsOf(image, 'FROM').map((rest) => rest.split(' ')[0])) {
      if (base !== '${APP}') expect(base).toMatch(/^[\w./]+:[\w.-]*\d[\w.-]*$/);
    }
  });

  test('copies what is there, from stages that it has', () => {
    const stages = restsOf(image, 'FROM').flatMap((rest) => / AS (\w+)$/.exec(rest)?.slice(1) ?? []);
    for (const rest of restsOf(image, 'COPY')) {
      const [, stage] = /^--from=(\w+)/.exec(rest) ?? [];
      if (stage !== undefined) expect(stages).toContain(stage);
      else for (const source of rest.split(/ +/).slice(0, -1)) expect(existsSync(join(root, source)), source).toBe(true);
    }
  });

  test('starts the command line, and not as root', () => {
    expect(JSON.parse(restsOf(image, 'ENTRYPOINT')[0])).toEqual(['node', 'services/cli/dist/main.js']);
    expect(restsOf(image, 'USER')).toHaveLength(1);
  });
});

describe.each(gpuImages)('%s', (image) => {
  const text = read(`deploy/docker/${image}`);

  test('installs the very packages that the trainer looks for, and asserts while it is built that they load', () => {
    const installed = [...text.matchAll(/ ((?:@[\w-]+\/)?[\w-]+)@(\d[\w.]*)/g)].map(([, name, version]) => [name, version]);
    expect(installed).not.toEqual([]);
    for (const [name, version] of installed) expect(trainer.peerDependencies[name]).toBe(version);
    expect(text).toMatch(/&& node deploy\/docker\/assert-addon\.mjs (tensorflow|webgpu) /);
  });

  test('would rather not start than compute on anything but a GPU; what it sets are settings', () => {
    const env = Object.fromEntries([...text.matchAll(/(TOCSIN_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
    const { trainer: config } = loadConfig({ env });
    expect(config).toMatchObject({ requireGpu: true, backend: image.endsWith('cuda') ? 'tensorflow' : 'webgpu' });
    const volumes: string[] = JSON.parse(restsOf(image, 'VOLUME')[0]);
    expect(volumes.some((volume) => config.store.directory.startsWith(`${volume}/`))).toBe(true);
  });
});

test('what CUDA compiles is kept on a volume', () => {
  const text = read('deploy/docker/Dockerfile.trainer-cuda');
  const [, cache = 'none'] = /CUDA_CACHE_PATH=(\S+)/.exec(text) ?? [];
  expect(JSON.parse(restsOf('Dockerfile.trainer-cuda', 'VOLUME')[0])).toContain(cache);
  const compose: { services: { trainer: { volumes: string[]; build: { dockerfile: string } } }; volumes: object } = parse(
    read('docker-compose.gpu.yml'),
  );
  const { volumes, build } = compose.services.trainer;
  expect(volumes.map((volume) => volume.split(':'))).toEqual([[Object.keys(compose.volumes)[0], cache]]);
  expect(existsSync(join(root, build.dockerfile))).toBe(true);
});

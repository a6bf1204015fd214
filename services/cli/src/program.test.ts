// What the command line answers to right and wrong usage.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createProgram } from './program.ts';
import { createTestWorld } from './test-world.fixture.ts';

const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
const { commands } = createProgram(createTestWorld(), () => undefined);

test('--version is that of the package', async () => {
  const world = createTestWorld();
  expect(await world.tocsin('--version')).toBe(0);
  expect(world.out()).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('--help names every command and shows examples', async () => {
  const world = createTestWorld();
  expect(await world.tocsin('--help')).toBe(0);
  for (const command of commands) expect(world.out()).toContain(`\n  ${command.name()} `);
  expect(world.out()).toContain('tocsin replay --config');
});

test.each([
  ['', /Usage: tocsin/],
  ['replya', /unknown command 'replya'.*\n.*Did you mean replay/],
  ['replay', /required option '--data <dir>'/],
  ['replay --data nowhere --to file', /Allowed choices are kafka, embedded/],
  ['replay --data nowhere --speed 0', /Expected a number above 0/],
  ['replay --data nowhere --speed 2 --for 3', /cannot be used with option/],
  ['demo --seed x', /Expected a whole number/],
  ['doctor --jsn', /Did you mean --json/],
])('wrong usage: tocsin %s', async (line, message) => {
  const world = createTestWorld();
  expect(await world.tocsin(line)).toBe(2);
  expect(world.out()).toBe('');
  expect(world.err()).toMatch(message);
});

test.each([
  ['replay --data nowhere', /^tocsin: nowhere: no such folder[^\n]*\n$/],
  ['demo --data nowhere', /^tocsin: nowhere: no such folder[^\n]*\n$/],
  ['run --config nowhere.yaml', /^tocsin: the configuration has 1 mistake:\n {2}configuration file: "?nowhere.yaml/],
  ['scorer --config nowhere.yaml', /nowhere.yaml/],
  ['trainer --config nowhere.yaml', /nowhere.yaml/],
  ['notifier --config nowhere.yaml', /nowhere.yaml/],
  ['simulator --config nowhere.yaml', /nowhere.yaml/],
])('a failure is told without a stack: tocsin %s', async (line, message) => {
  const world = createTestWorld();
  expect(await world.tocsin(line)).toBe(1);
  expect(world.err()).toMatch(message);
  expect(world.err()).not.toMatch(/^ +at /m);
});

test('NODE_DEBUG=tocsin adds the stack', async () => {
  const world = createTestWorld({ NODE_DEBUG: 'tocsin' });
  await world.tocsin('replay --data nowhere');
  expect(world.err()).toMatch(/^ +at /m);
});

test.each(commands.map((command) => [command.name(), command] as const))('docs/cli.md tells of tocsin %s', (name, command) => {
  const section = new RegExp(`^## tocsin [a-z, ]*\\b${name}\\b[\\s\\S]*?(?=^## |$(?![\\s\\S]))`, 'm').exec(page)?.[0] ?? '';
  for (const { long } of command.options) expect(section).toContain(`\`${long}`);
});

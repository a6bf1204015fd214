// Code blocks of the documents, run as a reader would run them: as files in a folder of their own, with the packages that they ask for.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The one block of a language on a page of docs/. Throws where there is none, or another one. */
export function blockOf(page: string, language: string): string {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(([, block]) => block);
  if (blocks.length !== 1) throw new Error(`docs/${page} has ${blocks.length} blocks of ${language}; expected one`);
  return blocks[0];
}

export type PageRoom = {
  folder: string;
  write(name: string, text: string): void;
  /** Makes a package of this repository importable in the folder. */
  link(name: string): void;
  run(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): Running;
  /** Ends what still runs, and removes the folder. */
  close(): Promise<void>;
};

export type Running = { out(): string; err(): string; hasEnded(): boolean };

export function openPageRoom(): PageRoom {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-page-'));
  const children: ChildProcess[] = [];
  const path = (name: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    return join(folder, name);
  };
  return {
    folder,
    write: (name, text) => writeFileSync(path(name), text),
    link: (name) => symlinkSync(join(root, 'node_modules', name), path(`node_modules/${name}`)),
    run(command, args, env = {}) {
      const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...env } });
      children.push(child);
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => void (err += chunk.toString()));
      child.on('error', (error) => void (err += error.message));
      return { out: () => out, err: () => err, hasEnded: () => child.exitCode !== null };
    },
    async close() {
      for (const child of children) {
        if (child.exitCode !== null || child.pid === undefined) continue;
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// Runs a server as a child in a process group of its own, with its output in a file. Whatever ends the parent (a normal exit,
// Ctrl-C, a crash, kill -9) ends the group too. It knows nothing about the servers it runs.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

/**
 * @typedef {object} Child
 * @property {number} pid process group of the server
 * @property {() => boolean} isRunning
 * @property {Promise<void>} exited
 * @property {() => void} freeze stops it where it is: it answers nothing, and its connections stay open
 * @property {() => void} thaw lets it go on
 * @property {(signal: NodeJS.Signals, graceMs: number) => Promise<void>} stop sends the signal, and SIGKILL when the grace is over
 */

// Leader of the group: waits for the server; ends the group when descriptor 3, which only the parent holds open, is closed.
const guard = `
trap : TERM INT
"$@" 3<&- </dev/null &
server=$!
( trap '' TERM INT; cat <&3 >/dev/null; kill -TERM 0; sleep 5; kill -KILL 0 ) &
watcher=$!
exec 3<&-
wait $server || true
while kill -0 $server 2>/dev/null; do wait $server; done
kill -KILL $watcher 2>/dev/null
`;

/** @type {Set<number>} */
const running = new Set();
process.once('exit', () => running.forEach((pid) => signalGroup(pid, 'SIGKILL')));

/**
 * Starts `command args…`; stdout and stderr are appended to `logFile`.
 * @param {{ command: string, args: readonly string[], logFile: string }} options
 * @returns {Child}
 */
export function startChild({ command, args, logFile }) {
  const log = openSync(logFile, 'a');
  const child = spawn('sh', ['-c', guard, 'sh', command, ...args], { detached: true, stdio: ['ignore', log, log, 'pipe'] });
  closeSync(log);
  const pid = child.pid;
  if (pid === undefined) throw new Error(`cannot start ${command}: no POSIX shell 'sh' on the PATH; install one`);
  running.add(pid);
  child.stdio[3]?.on('error', () => undefined);
  /** @type {Promise<void>} */
  const exited = new Promise((resolve) =>
    child.once('exit', () => {
      signalGroup(pid, 'SIGKILL');
      running.delete(pid);
      child.stdio[3]?.destroy();
      resolve();
    }),
  );
  return {
    pid,
    isRunning: () => running.has(pid),
    exited,
    freeze: () => signalGroup(pid, 'SIGSTOP'),
    thaw: () => signalGroup(pid, 'SIGCONT'),
    stop: async (signal, graceMs) => {
      if (!running.has(pid)) return;
      signalGroup(pid, signal);
      const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

/**
 * The last lines of a log, for an error message.
 * @param {string} logFile
 * @returns {string}
 */
export function tailOf(logFile) {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}

// docs/reliability.md from what `npm run storm -- --out docs/reliability.json` left, and from the summary of the simulator where
// there is one. Works nothing out but sums.

/**
 * @typedef {{
 *   scenario: string, seed: number, commit: string, records: number, faults: Record<string, number>, longestStallMs: number, drainedMs: number,
 *   setting: { sessionMs: number }, devices: number, scorers: number,
 *   verdict: { windows: number, alerts: number, lost: number, wrong: number, conflicting: number, repeated: number, rescored: number, reopened: number },
 *   exits: { count: number, longestMs: number, failed: number },
 *   handover: { takeoverAfterSigtermMs: number, takeoverAfterKillMs: number, joinBesideOtherMs: number, joinAfterSigtermMs: number } | null,
 * }} Run
 * @typedef {{ kafka: string, redis: string, node: string, cores: number, loadAverage: number, about: Record<string, string>, broken: string[], runs: Run[] }} Report
 */

/** Counts of telemetry that was disturbed, not of faults in the line. */
const ofTelemetry = [
  'duplicate',
  'altered-duplicate',
  'reordered',
  'late',
  'lost-frame',
  'silence',
  'clock-ahead',
  'future',
  'poison',
  'odd-frames',
  'unusable',
];

/**
 * @param {Report} report
 * @param {readonly string[]} others files beside the page, of which some belong to it
 * @returns {string}
 */
export function reliabilityPage(report, others) {
  const { runs, about } = report;
  const names = Object.keys(about).filter((name) => runs.some(({ scenario }) => scenario === name));
  const groups = names.map((name) => ({ name, of: runs.filter(({ scenario }) => scenario === name) }));
  const verdicts = table(verdictHead, groups.map(verdictRow));
  const done = table(
    doneHead,
    groups.map((group) => doneRow(group, about[group.name])),
  );
  return [introduction(report), verdicts, aboutStalls(report), done, stops(runs), handoverTable(runs), again(others)].join('');
}

/** @param {Report} report */
function introduction({ runs, kafka, redis, node, broken }) {
  const windows = sum(runs, ({ verdict }) => verdict.windows);
  const bad = sum(runs, ({ verdict: { lost, wrong, conflicting } }) => lost + wrong + conflicting);
  const outcome =
    bad === 0 ? 'nothing lost, nothing wrong, nothing conflicting.' : `${bad} lost, wrong or conflicting; see the table.`;
  const unfinished = broken.length === 0 ? '' : ` ${broken.length} further run(s) did not come to an end: ${broken.join('; ')}.`;
  const commits = [...new Set(runs.map(({ commit }) => commit.slice(0, 7)))];
  return `# Reliability

What is lost, wrong or said twice when things break. This page is written by \`npm run docs\` from \`docs/reliability.json\`, which
\`npm run storm\` leaves; nothing in it is typed by hand.

Each run is a storm on a real Apache Kafka ${kafka} and a real Redis ${redis}: some thousand records of 20 to 40 simulated devices are
written while two to five scorers run as processes of their own (built code, Node ${node}) and something breaks, drawn from the
scenario and the seed. Then everything is healed, the lag drains, and what lies in the topics is compared with what must be there:

* every window, worked out from the telemetry topic in one pass (id, span, features, coverage), none missing, none besides;
* every score, threshold, alert and dead letter, byte for byte as a scorer says it that reads the same telemetry record by record and
  meets no fault;
* after Redis has forgotten everything, what [decision 0020](decisions/0020-what-the-simulator-holds-equal.md) says: no window may be
  missing or cut otherwise; what was not yet committed may be scored anew, by a device that starts again (\`rescored\`).

One published bundle is used throughout; the trainer does not run. *Lost*: not there. *Wrong*: must not be there, or says something
else than the samples. *Conflicting*: another thing than was right under the same identity. *Repeated*: the same bytes once more, which
at-least-once delivery allows and the id makes harmless.

**${runs.length} runs, ${windows} windows: ${outcome}**${unfinished} All of them on commit ${commits.join(', ')}.

`;
}

const verdictHead = [
  'scenario',
  'seeds',
  'records',
  'windows',
  'alerts',
  'lost',
  'wrong',
  'conflicting',
  'repeated',
  'rescored',
  'longest stall, s',
];

/** @param {{ name: string, of: readonly Run[] }} group */
function verdictRow({ name, of }) {
  /** @param {'windows' | 'alerts' | 'lost' | 'wrong' | 'conflicting' | 'repeated' | 'rescored'} what */
  const all = (what) => sum(of, ({ verdict }) => verdict[what]);
  const records = sum(of, (run) => run.records);
  const stall = seconds(Math.max(...of.map(({ longestStallMs }) => longestStallMs)));
  const seeds = of.map(({ seed }) => seed).join(' ');
  const bad = [all('lost'), all('wrong'), all('conflicting')];
  return [`\`${name}\``, seeds, records, all('windows'), all('alerts'), ...bad, all('repeated'), all('rescored'), stall];
}

/** @param {Report} report */
function aboutStalls({ runs, cores, loadAverage }) {
  const session = seconds(Math.min(...runs.map(({ setting }) => setting.sessionMs)));
  return `The longest stall is the longest time without a new window in one partition, with a session timeout of ${session} s (the default is
20 s, and what a dead member costs is mostly that); a broker that is started again is away for that long. It depends on the machine:
this one has ${cores} cores for broker, store, scorers and whatever else ran on it, and had a load average of ${loadAverage} at the end. A member that gets
no processor for longer than its session is as good as stopped, and what it had sent and not committed is said again by the next.

## What was done

`;
}

const doneHead = ['scenario', 'what happens', 'faults done', 'telemetry disturbed'];

/** @param {{ name: string, of: readonly Run[] }} group @param {string} about */
function doneRow({ name, of }, about) {
  const kinds = [...new Set(of.flatMap(({ faults }) => Object.keys(faults)))].toSorted();
  /** @param {boolean} isOfTelemetry */
  const counted = (isOfTelemetry) =>
    kinds
      .filter((kind) => ofTelemetry.includes(kind) === isOfTelemetry)
      .map((kind) => `${sum(of, ({ faults }) => faults[kind] ?? 0)} ${kind}`)
      .join(', ');
  return [`\`${name}\``, about, counted(false), counted(true)];
}

/** @param {readonly Run[]} runs */
function stops(runs) {
  const count = sum(runs, ({ exits }) => exits.count);
  const longest = seconds(Math.max(0, ...runs.map(({ exits }) => exits.longestMs)));
  return `SIGTERM includes the scorers that are stopped at the end of each run. "Ended by itself" is a scorer that gave up and was started
again, as a supervisor would.

## Stopping and taking over

SIGTERM to exit: ${count} times, ${longest} s at most, ${sum(runs, ({ exits }) => exits.failed)} that took longer than 10 s or failed.

`;
}

/** @param {readonly string[]} others */
function again(others) {
  const more = [
    {
      file: 'reliability-simulator.json',
      about: 'figures of the simulator, which repeats to the last event and does many more histories',
    },
    { file: 'reliability-load.md', about: 'what happens when more comes than can be scored' },
  ].filter(({ file }) => others.includes(file));
  return `## Again

\`\`\`sh
npm run storm -- --scenario all --seed 1 --seeds 5 --out docs/reliability.json   # everything; starts Kafka and Redis itself
npm run storm -- --scenario sigstop --seed 3 --out docs/reliability.json --add   # one run, put among the others
npm run docs                                                                     # this page
\`\`\`

A seed decides the telemetry and what is done; the operating system decides the rest, so a run does not repeat to the last event.
A run that fails says how to run it again and keeps the logs of its scorers, a trace of what was done, and every record that
differs, in a folder that it names. Three scenarios, with a fresh seed each, are part of \`npm test\`.
${more.length === 0 ? '' : `\nSee also: ${more.map(({ file, about }) => `[${file}](${file}), ${about}`).join('; ')}.\n`}`;
}

/** @param {readonly Run[]} runs @returns {string} */
function handoverTable(runs) {
  const measured = runs.flatMap(({ seed, setting, handover }) => (handover === null ? [] : [{ seed, setting, handover }]));
  if (measured.length === 0) return '';
  const rows = measured.map(({ seed, setting, handover }) => [
    seed,
    seconds(setting.sessionMs),
    seconds(handover.takeoverAfterSigtermMs),
    seconds(handover.takeoverAfterKillMs),
    seconds(handover.joinBesideOtherMs),
    seconds(handover.joinAfterSigtermMs),
  ]);
  const head = ['seed', 'session', 'taken over after SIGTERM', 'after kill -9', 'join beside another', 'join after SIGTERM'];
  return `Scenario \`handover\`, in seconds. *Taken over*: from the signal to the first window that the other scorer says of a device of the
one that went; after kill -9 the group waits for the session of the dead one first. *Join*: from asking to join the
group until there are partitions; the member that left on SIGTERM is not waited for.

${table(head, rows)}`;
}

/** @param {readonly string[]} head @param {readonly (readonly (string | number)[])[]} rows @returns {string} */
function table(head, rows) {
  const isText = (/** @type {string} */ title) =>
    ['scenario', 'seeds', 'what happens', 'faults done', 'telemetry disturbed'].includes(title);
  const lines = [head, head.map((title) => (isText(title) ? '---' : '---:')), ...rows];
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n`;
}

/** @param {readonly Run[]} runs @param {(run: Run) => number} of */
function sum(runs, of) {
  return runs.reduce((total, run) => total + of(run), 0);
}

/** @param {number} ms */
function seconds(ms) {
  return (ms / 1000).toFixed(1);
}

// Reads vitest's JSON report into counts and the tests that did not run, each with its reason. Pure; test.mjs prints it.

/** Characters of a failure's first line: room for the seed and the command that replays it. */
const messageMax = 1000;

/**
 * @typedef {{ fullName: string, status: string, failureMessages?: string[] }} Assertion
 * @typedef {{ name: string, status: string, message: string, assertionResults: Assertion[] }} TestFile
 * @typedef {object} Summary
 * @property {number} passed
 * @property {number} failed
 * @property {{ name: string, reason: string }[]} skipped
 * @property {string[]} failures each test that failed, with the first line of why
 * @property {string[]} problems what failed though no test did
 */

/**
 * A test says why it is skipped in its title or that of a suite around it: `kafka (skipped: KAFKA_BROKERS is not set)`.
 * Where `serversAreRequired`, a skip for want of a server counts as a failure.
 * @param {{ testResults: TestFile[] }} report
 * @param {{ exitCode: number, serversAreRequired: boolean }} options
 * @returns {Summary}
 */
export function summarise(report, { exitCode, serversAreRequired }) {
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const passed = tests.filter((test) => test.status === 'passed').length;
  const notRun = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed').map(withReason);
  const missing = notRun.filter(
    (test) => serversAreRequired && /KAFKA_BROKERS|REDIS_URL|CHROMIUM|PROMETHEUS|ALERTMANAGER/.test(test.reason),
  );

  const problems = missing.map((test) => `${test.name}: may not be skipped here, ${test.reason}`);
  for (const file of report.testResults) {
    const hasFailedTest = file.assertionResults.some((test) => test.status === 'failed');
    if (file.status === 'failed' && !hasFailedTest) problems.push(`${file.name}: ${file.message || 'could not be run'}`);
  }
  const failures = tests.filter((test) => test.status === 'failed').map(withFirstLine);
  if (exitCode !== 0 && failures.length + problems.length === 0)
    problems.push(`vitest ended with ${exitCode}: see its output above`);
  const skipped = notRun.filter((test) => !missing.includes(test));
  return { passed, failed: failures.length + problems.length, skipped, failures, problems };
}

/** The line that CI reads. @param {Summary} summary @returns {string} */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`;
}

/** @param {Assertion} test */
function withFirstLine({ fullName, failureMessages = [] }) {
  const lines = (failureMessages[0] ?? 'no message').split('\n');
  return `${fullName}: ${lines[0].slice(0, messageMax)}`;
}

/** @param {Assertion} test */
function withReason({ fullName, status }) {
  const reason = /\(skipped: ([^)]*)\)/.exec(fullName);
  return {
    name: fullName
      .replace(reason?.[0] ?? '', '')
      .replace(/ {2,}/g, ' ')
      .trim(),
    reason: reason?.[1] ?? `no reason given (${status})`,
  };
}

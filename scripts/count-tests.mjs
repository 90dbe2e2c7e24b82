// node count-tests.mjs REPORT STATUS: prints what vitest counted in its JSON report, as the last line of .ci/run, and
// exits with the runner's status; with 1 where the runner claims success although no test ran.
import { readFileSync } from 'node:fs';

const [file = '', runnerStatus = '1'] = process.argv.slice(2);
const report = read(file);
const { passed, failed, skipped } = counts(report);
const status = Number(runnerStatus);

if (report === undefined) console.log(`The test run ended without a report (exit status ${status}).`);
else if (status !== 0 && failed === 0) console.log(`The test run failed outside of a test (exit status ${status}).`);
if (status === 0 && passed + failed === 0) console.log('No test ran, which counts as a failure.');
for (const name of secondTries(report)) console.log(`passed at the second try only: ${name}`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = status === 0 && (passed === 0 || failed > 0) ? 1 : status;

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** vitest keeps the messages of the first try with a test that passed in the end. */
function secondTries(from) {
  const tests = from?.testResults?.flatMap(({ assertionResults }) => assertionResults) ?? [];
  return tests
    .filter(({ status, failureMessages }) => status === 'passed' && failureMessages.length > 0)
    .map(({ fullName }) => fullName);
}

function counts(from) {
  return {
    passed: from?.numPassedTests ?? 0,
    failed: from?.numFailedTests ?? 0,
    skipped: (from?.numPendingTests ?? 0) + (from?.numTodoTests ?? 0),
  };
}

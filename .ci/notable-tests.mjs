// Prints the tests of a vitest JSON report that the summary names: kind, tab, name and what to know of it.
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const firstLine = (text) => stripVTControlCharacters(text).split('\n', 1)[0].slice(0, 300);

for (const { name, message, status, assertionResults } of report.testResults) {
  if (status === 'failed' && message) console.log(`failed\t${name}: ${firstLine(message)}`);
  for (const { fullName, status, failureMessages } of assertionResults) {
    const [message] = failureMessages;
    if (status === 'failed') console.log(`failed\t${fullName}: ${firstLine(message ?? '')}`);
    else if (status === 'passed' && message !== undefined)
      console.log(
        `retried\t${fullName} (failed ${failureMessages.length} times before it passed: ${firstLine(message)})`,
      );
    else if (status !== 'passed') console.log(`skipped\t${fullName}`);
  }
}

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import '../../../src/backends/index.ts';
import { manualPage } from '../../../src/commands/help/manual-page.ts';
import { builtinCommands } from '../../../src/commands/program/builtin-commands.ts';
import { createProgram } from '../../../src/commands/program/create-program.ts';

const program = createProgram({
  name: 'symphony',
  version: '1.2.3',
  commands: builtinCommands,
  runCommand: async () => {},
});

it('has every command with its options, and every topic', async () => {
  const page = await manualPage(program, '1.2.3');
  expect(page).toMatch(/^\.TH SYMPHONY 1 "" "symphony 1\.2\.3" "User Commands"\n/);
  for (const { name, hidden } of builtinCommands) {
    if (!hidden) expect(page).toContain(`\n.SS ${name.replaceAll('-', '\\-')} `);
  }
  expect(page).toContain('\n.SS history logs ');
  expect(page).toContain('\n.TP\n.B \\-f, \\-\\-follow\n');
  // Options of every command are explained once.
  expect(page.match(/^\.B \\-\\-no\\-color$/gm)).toHaveLength(1);
  for (const part of ['.SH EXIT CODES', '.SH ENVIRONMENT', '.SH SPEC', '.B SYMPHONY_HOME', '.B endsWith']) {
    expect(page).toContain(`\n${part}`);
  }
  // An unknown request would be left out when the page is shown.
  expect(page.match(/^[.'].*$/gm)?.filter((line) => !/^\.(TH|SH|SS|TP|B|PP|nf|fi)( |$)/.test(line))).toEqual([]);
});

const hasGroff = existsSync('/usr/bin/groff');
const reason = hasGroff ? '' : ' (groff is not installed)';
it.skipIf(!hasGroff)(`is a page that groff formats without a warning${reason}`, async () => {
  const input = await manualPage(program, '1.2.3');
  const { stdout, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-P-c'], { input, encoding: 'utf8' });
  expect(stderr).toBe('');
  // A terminal shows a letter, a backspace and a letter as a bold one.
  expect(stdout.replaceAll(/.\x08/g, '')).toContain('-f, --follow\n');
});

import { expect, test } from 'vitest';
import { interpretStatus, parseRunFileName } from '../../../../../src/backends/supervision/keeper/runs/run-files.ts';

test('run files are recognized by their names', () => {
  expect(parseRunFileName('agents.agent-0.12.exit')).toEqual({ key: 'agents.agent-0', run: 12, kind: 'exit' });
  expect(parseRunFileName('main.1.pid')).toEqual({ key: 'main', run: 1, kind: 'pid' });
  for (const passing of ['main.1.exit.new', 'main.exit', '.1.pid', 'main.x.pid'])
    expect(parseRunFileName(passing)).toBeUndefined();
});

test('a status above 128 is a signal if a signal has that number', () => {
  expect(interpretStatus(0)).toEqual({ exitCode: 0 });
  expect(interpretStatus(3)).toEqual({ exitCode: 3 });
  expect(interpretStatus(137)).toEqual({ exitCode: 137, signal: 'SIGKILL' });
  expect(interpretStatus(255)).toEqual({ exitCode: 255 });
});

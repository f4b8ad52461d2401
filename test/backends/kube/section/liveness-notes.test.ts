import '../../../../src/backends/index.ts';
import { expect, it } from 'vitest';
import { notes } from './support/notes.ts';

const about = (fields: object) =>
  notes({ processes: { p: { command: 'x', bind: 's', ...fields } } }).map(({ verdict, path }) => [verdict, path]);

it('refuses what a probe cannot find out, with its path, and says what a log does not tell', () => {
  expect(about({ alive: { silence: '10m' } })).toEqual([['warning', 'processes.p.alive.silence']]);
  expect(about({ alive: { command: 'x' }, ready: { log: 'x' } })).toEqual([['refused', 'processes.p.alive']]);
  expect(about({ alive: { service: 's', every: 1.5 } })).toEqual([['not-enforced', 'processes.p.alive.every']]);
  expect(about({ alive: { service: 's', every: '5s' } })).toEqual([]);
  expect(about({ alive: { command: 'x' }, ready: 'started' })).toEqual([]);
});

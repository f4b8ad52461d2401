import { expect, it } from 'vitest';
import { one, problems, problemsOf } from '../support/problems.ts';

it('a process may bind and expose the same service, if the ports agree', () => {
  expect(() => one({ bind: { a: 80 }, expose: { a: null } })).not.toThrow();
  expect(() => one({ bind: 'a', expose: { a: 80 } })).not.toThrow();
  expect(() => one({ bind: { a: 80 }, expose: { a: 80 } })).not.toThrow();
});

it('two processes may not bind one service', async () => {
  const clash = (first: object, second: object) =>
    problems({ name: 'x', processes: { a: { command: 'x', ...first }, b: { command: 'x', ...second } } });
  expect(await clash({ bind: 's' }, { bind: 's' })).toEqual([
    'processes.b.bind.s: "s" is also a service of processes.a.bind.s; use another name',
  ]);
  expect(await clash({ bind: 's' }, { expose: 's' })).toHaveLength(1);
  expect(await clash({ bind: 'replay', replicas: 3 }, { bind: 'replay-0' })).toEqual([
    'processes.b.bind.replay-0: "replay-0" is also a service of processes.a.bind.replay; use another name',
  ]);
  expect(await clash({ bind: 'replay', replicas: 3 }, { bind: 'replay' })).toEqual([
    expect.stringMatching(/^processes\.b\.bind\.replay: "replay" also stands for all replicas/),
  ]);
  expect(await clash({ bind: { s: 80 } }, { expose: { t: 80 } })).toEqual([
    expect.stringMatching(/^processes\.b\.expose\.t: port 80 is also wanted by processes\.a\.bind\.s/),
  ]);
  expect(await problemsOf({ replicas: 2, bind: { s: 80 } })).toEqual([
    'bind.s: its replicas cannot all have port 80; leave the port out, and each gets a free one',
  ]);
});

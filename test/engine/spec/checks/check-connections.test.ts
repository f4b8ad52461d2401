import { expect, it } from 'vitest';
import { parse, problems, problemsOf } from '../support/problems.ts';

it('a process may connect to one replica, or to all by the declared name', () => {
  const replay = { command: 'x', replicas: 2, bind: 'replay' };
  const connect = (name: string) => parse({ name: 'x', processes: { replay, agent: { command: 'x', connect: name } } });
  expect(connect('replay').processes.agent?.connect).toEqual(['replay']);
  expect(connect('replay-1').processes.agent?.connect).toEqual(['replay-1']);
});

it('the nearest service is named where none has the name', async () => {
  const connect = (name: string) => ({
    name: 'x',
    processes: { s: { command: 'x', bind: 'replay-server', expose: 'web' }, c: { command: 'x', connect: [name] } },
  });
  const place = 'processes.c.connect[0]';
  expect(await problems(connect('replay-serve'))).toEqual([
    `${place}: no process binds "replay-serve"; did you mean replay-server?`,
  ]);
  expect(await problems(connect('zzz'))).toEqual([`${place}: no process binds "zzz"; there is: replay-server`]);
  expect(await problems(connect('web'))).toEqual([
    `${place}: "web" is only exposed; to connect to it, processes.s must bind it too`,
  ]);
  expect(await problemsOf({ connect: 'zzz' })).toEqual([
    'connect[0]: no process binds "zzz"; no process binds anything',
  ]);
});

it('no connection is refused if a binding could not be parsed', async () => {
  const lines = await problems({
    name: 'x',
    processes: { s: { command: 'x', bind: ['replay', 7] }, c: { command: 'x', connect: 'replay' } },
  });
  expect(lines).toEqual([expect.stringMatching(/^processes\.s\.bind\[1\]/)]);
});

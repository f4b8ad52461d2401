import { describe, expect, it } from 'vitest';
import { chooseProcess, chooseProcesses, chooseProcessesToEnd } from '../../../src/commands/names/process-targets.ts';
import { formatProcess, type ProcessStatus } from '../../../src/engine/contract/status.ts';
import { answering, down, enter, noTerminal } from '../support/chooser.ts';
import { learner } from '../support/statuses.ts';

const processes: readonly ProcessStatus[] = ['learner', 'eval', 'agents/agent-0', 'agents/agent-1'].map((target) => {
  const [name = '', group = null] = target.split('/').reverse();
  return { ...learner, group, name };
});
const names = (chosen: readonly ProcessStatus[]) => chosen.map(formatProcess);

describe('one process', () => {
  const choose = async (target?: string, chooser = noTerminal, among = processes) =>
    formatProcess(await chooseProcess(chooser, among, target));

  it('is the one that matches, or the only one', async () => {
    expect(await choose('lea')).toBe('learner');
    expect(await choose('agents/agent-1')).toBe('agents/agent-1');
    expect(await choose(undefined, noTerminal, processes.slice(1, 2))).toBe('eval');
  });

  it('is asked for on a terminal where several match', async () => {
    expect(await choose('agent', answering(down + enter))).toBe('agents/agent-1');
    expect(await choose(undefined, answering(down + enter))).toBe('eval');
    await expect(choose('agent')).rejects.toMatchObject({ code: 'ambiguous' });
  });

  it('must be named without a terminal, with what there is', async () => {
    await expect(choose()).rejects.toMatchObject({
      code: 'cannot-ask',
      hint: 'Name one of: learner, eval, agents/agent-0, agents/agent-1.',
    });
    const many = Array.from({ length: 100 }, (_, index) => ({ ...learner, name: `p${index}` }));
    await expect(choose(undefined, noTerminal, many)).rejects.toMatchObject({
      hint: expect.stringMatching(/^Name one of: p0, p1, .* and \d+ more\.$/),
    });
  });
});

describe('several processes', () => {
  const choose = async (...targets: string[]) => names(await chooseProcesses(noTerminal, processes, targets));

  it('are all of them without a target, and otherwise each once, in the order of declaration', async () => {
    expect(await choose()).toEqual(names(processes));
    expect(await choose('agents/agent-1', 'learner', 'agents/agent-1')).toEqual(['learner', 'agents/agent-1']);
    expect(await choose('agents')).toEqual(['agents/agent-0', 'agents/agent-1']);
  });

  it('are refused if one target matches nothing', async () => {
    await expect(choose('learner', 'zzz')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('processes to end', () => {
  const choose = async (targets: string[], chooser = noTerminal) =>
    names(await chooseProcessesToEnd(chooser, processes, targets, 'Stop'));

  it('need no question if their names are written out: of a process, a group, or a declaration', async () => {
    expect(await choose(['learner'])).toEqual(['learner']);
    for (const target of ['agents', 'agents/', 'agents/agent', 'agent'])
      expect(await choose([target]), target).toEqual(['agents/agent-0', 'agents/agent-1']);
  });

  it('need a yes if a name was guessed, and are left alone otherwise', async () => {
    await expect(choose(['lea'])).rejects.toMatchObject({ code: 'cannot-ask', hint: 'Write it out: learner' });
    expect(await choose(['lea'], answering('y\r'))).toEqual(['learner']);
    await expect(choose(['lea'], answering('n\r'))).rejects.toMatchObject({ message: 'Nothing was done.' });
  });
});

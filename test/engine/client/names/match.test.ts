import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  matchNames,
  matchTarget,
  resolveName,
  resolveTarget,
  resolveTargets,
} from '../../../../src/engine/client/names/match.ts';
import { formatProcess, type ProcessStatus } from '../../../../src/engine/contract/status.ts';
import { names } from '../../support/arbitraries.ts';
import { thrownBy } from '../../support/thrown.ts';

function status(target: string): ProcessStatus {
  const [name = '', group = null] = target.split('/').reverse();
  return { experiment: 'rl', group, name, state: 'running', ready: true, restarts: 0, ports: {}, command: 'x' };
}

describe('matchNames', () => {
  it('prefers the exact name to prefixes to substrings', () => {
    expect(matchNames('rl', ['my-rl', 'rl-2', 'rl'])).toEqual(['rl']);
    expect(matchNames('rl', ['my-rl', 'rl-2', 'rl-3'])).toEqual(['rl-2', 'rl-3']);
    expect(matchNames('rl', ['my-rl', 'x'])).toEqual(['my-rl']);
    expect(matchNames('', ['a'])).toEqual([]);
  });

  it('treats every character literally', () => {
    expect(matchNames('.*', ['abc'])).toEqual([]);
    expect(matchNames('a[', ['a[b', 'ab'])).toEqual(['a[b']);
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(fc.string()), (wanted, list) => {
        for (const name of matchNames(wanted, list)) expect(name.includes(wanted)).toBe(true);
        if (list.some((name) => name.includes(wanted))) expect(matchNames(wanted, list)).not.toEqual([]);
      }),
    );
  });
});

describe('resolveName', () => {
  it('finds the only matching name', () => {
    expect(resolveName('experiment', 'lea', ['learner', 'agent'])).toBe('learner');
    expect(resolveName('experiment', 'rl', ['rl', 'rl-2'])).toBe('rl');
  });

  it('needs the whole name for a destructive command', async () => {
    expect(resolveName('experiment', 'rl', ['rl', 'rl-2'], { exact: true })).toBe('rl');
    expect(matchNames('rl', ['a/rl', 'b/rl', 'rl-2'])).toEqual(['a/rl', 'b/rl']);
    expect(matchNames('rl', ['rl', 'b/rl'])).toEqual(['rl']);
    const shared = await thrownBy(() => resolveName('experiment', 'rl', ['a/rl', 'b/rl', 'rl-2'], { exact: true }));
    expect(shared).toMatchObject({ code: 'ambiguous', hint: 'Name one of: a/rl, b/rl.' });
    const error = await thrownBy(() => resolveName('experiment', 'learn', ['learner'], { exact: true }));
    expect(error).toMatchObject({ code: 'not-found', hint: 'Did you mean learner?' });
  });

  it('names similar names, the existing ones, or says that there are none', async () => {
    const hint = async (wanted: string, list: string[]) =>
      (await thrownBy(() => resolveName('service', wanted, list))).hint;
    expect(await hint('tensorbord', ['tensorboard'])).toBe('Did you mean tensorboard?');
    expect(await hint('zzz', ['a', 'b'])).toBe('There are: a, b.');
    expect(await hint('zzz', ['a'])).toBe('There is: a.');
    expect(await hint('zzz', [])).toBe('There is no service at all.');
    // A single letter is never close to another one.
    expect(await hint('r', ['a', 'b'])).toBe('There are: a, b.');
    expect(
      (
        await hint(
          'zzz',
          Array.from({ length: 1000 }, (_, index) => `a${index}`),
        )
      )?.length,
    ).toBeLessThan(150);
  });

  it('offers a choice where several match', async () => {
    const error = await thrownBy(() => resolveName('process', 'a', ['ab', 'ac', 'b']));
    expect(error).toMatchObject({ code: 'ambiguous', hint: 'Name one of: ab, ac.' });
  });
});

describe('targets', () => {
  const all = ['learner', 'tensorboard', 'agents-0/agent-0', 'agents-0/agent-1', 'agents-1/agent-0', 'eval/agent'].map(
    status,
  );
  const found = (target: string) => formatProcess(resolveTarget(all, target));
  const several = (target: string) => resolveTargets(all, target).map(formatProcess);

  it('finds a process by its name, alone or after its group, by prefix or substring', () => {
    expect(found('learner')).toBe('learner');
    expect(found('tens')).toBe('tensorboard');
    expect(found('board')).toBe('tensorboard');
    expect(found('agents-0/agent-1')).toBe('agents-0/agent-1');
    expect(found('ev/ag')).toBe('eval/agent');
    expect(found('s-0/1')).toBe('agents-0/agent-1');
    expect(found('agent')).toBe('eval/agent');
    expect(found('agent-1')).toBe('agents-0/agent-1');
  });

  it('matches part by part', async () => {
    expect((await thrownBy(() => resolveTarget(all, '0/learner'))).code).toBe('not-found');
    expect((await thrownBy(() => resolveTarget(all, 'agents-0/learner'))).code).toBe('not-found');
    expect((await thrownBy(() => resolveTarget(all, '/'))).code).toBe('ambiguous');
  });

  it('offers a choice, or the nearest names', async () => {
    const ambiguous = await thrownBy(() => resolveTarget(all, 'agent-0'));
    expect(ambiguous).toMatchObject({ code: 'ambiguous', hint: 'Name one of: agents-0/agent-0, agents-1/agent-0.' });
    expect(matchTarget(all, 'agent-0').map(formatProcess)).toEqual(['agents-0/agent-0', 'agents-1/agent-0']);
    expect((await thrownBy(() => resolveTarget(all, 'lerner'))).hint).toBe('Did you mean learner?');
    const { hint = '' } = await thrownBy(() => resolveTarget(all, 'zzzzzz'));
    const shown = hint.replace(/^There are: (.*)\.$/, '$1').split(', ');
    expect(shown).toEqual(all.map(formatProcess));
    expect((await thrownBy(() => resolveTarget(all, 'eval/agnet'))).hint).toContain('eval/agent');
    expect((await thrownBy(() => resolveTarget(all, ''))).code).toBe('not-found');
  });

  it('expands a group, a replicated group and a replicated process', () => {
    expect(several('agents-0')).toEqual(['agents-0/agent-0', 'agents-0/agent-1']);
    expect(several('agents-0/')).toEqual(['agents-0/agent-0', 'agents-0/agent-1']);
    expect(several('agents')).toEqual(['agents-0/agent-0', 'agents-0/agent-1', 'agents-1/agent-0']);
    expect(several('agents/')).toEqual(['agents-0/agent-0', 'agents-0/agent-1', 'agents-1/agent-0']);
    expect(several('agents-0/agent')).toEqual(['agents-0/agent-0', 'agents-0/agent-1']);
    expect(several('agents/agent-0')).toEqual(['agents-0/agent-0', 'agents-1/agent-0']);
    expect(several('agent-0')).toEqual(['agents-0/agent-0', 'agents-1/agent-0']);
    expect(several('lear')).toEqual(['learner']);
    expect(resolveTargets(['w-0', 'w-1', 'w-x', 'w-01'].map(status), 'w').map(formatProcess)).toEqual(['w-0', 'w-1']);
  });

  it('finds every process by its full name, whatever the names of the others', () => {
    const target = fc
      .tuple(fc.option(names), names)
      .map(([group, name]) => (group === null ? name : `${group}/${name}`));
    fc.assert(
      fc.property(fc.uniqueArray(target, { minLength: 1, maxLength: 10 }), (targets) => {
        const processes = targets.map(status);
        for (const one of targets) expect(formatProcess(resolveTarget(processes, one))).toBe(one);
      }),
    );
  });
});

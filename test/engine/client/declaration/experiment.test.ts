import { afterEach, describe, expect, it, vi } from 'vitest';
import { Experiment } from '../../../../src/engine/client/declaration/experiment.ts';
import { Process } from '../../../../src/engine/client/declaration/process.ts';
import { ProcessGroup } from '../../../../src/engine/client/declaration/process-group.ts';
import { toSpec } from '../../../../src/engine/client/declaration/to-spec.ts';
import { overrideSetting } from '../../../../src/engine/settings/config.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';
import { thrownBy } from '../../support/thrown.ts';

scratchFolder();
afterEach(() => overrideSetting('program', 'username', undefined));

describe('Experiment', () => {
  it('declares the same as a file', async () => {
    const experiment = new Experiment('rl', { portRange: '7000-7010', env: { A: 1 } });
    const learner = experiment.newProcess('learner', { command: 'python learner.py' });
    learner.bind(['replay-server', 'parameter-server']);
    learner.expose({ tensorboard: 6006 });
    const agents = experiment.newProcessGroup('agents', {
      replicas: 2,
      shell: 'bash',
      preamble: '. venv/bin/activate',
    });
    agents
      .newProcess('agent', { command: ['python', 'agent.py', '--env', 'cheetah'], replicas: 4 })
      .connect(['replay-server', 'parameter-server']);
    const file = {
      name: 'rl',
      portRange: [7000, 7010],
      env: { A: '1' },
      processes: {
        learner: {
          command: 'python learner.py',
          bind: ['replay-server', 'parameter-server'],
          expose: { tensorboard: 6006 },
        },
      },
      groups: {
        agents: {
          replicas: 2,
          shell: ['bash'],
          preamble: ['. venv/bin/activate'],
          processes: {
            agent: {
              command: ['python', 'agent.py', '--env', 'cheetah'],
              replicas: 4,
              connect: ['replay-server', 'parameter-server'],
            },
          },
        },
      },
    };
    expect(await experiment.toSpec()).toEqual(parseSpec(file, { baseDir: process.cwd() }));
  });

  it('declares rules among the options or by calls', async () => {
    const experiment = new Experiment('x', { endsWith: 'a', maxDuration: '1h' });
    experiment.newProcess('a', { command: 'x' });
    experiment.newProcess('b', { command: 'x', after: { a: 'started' } }).after({ 'g/c': 'ready' });
    experiment
      .newProcessGroup('g', { after: { a: 'ready' } })
      .after({ a: 'started' })
      .newProcess('c', { command: 'x' });
    expect(await experiment.toSpec()).toMatchObject({
      endsWith: { processes: ['a'] },
      maxDuration: 3600,
      processes: { b: { after: { a: 'started', 'g/c': 'ready' } } },
      groups: { g: { after: { a: 'started' } } },
    });
    experiment.endsWith({ processes: 'b', delay: '10s' });
    expect((await experiment.toSpec()).endsWith).toEqual({ processes: ['b'], delay: 10 });
    experiment.endsWith('a', 'b');
    expect((await experiment.toSpec()).endsWith).toEqual({ processes: ['a', 'b'] });
  });

  it('adds method calls to the fields', async () => {
    const experiment = new Experiment('x');
    experiment
      .newProcess('a', { command: 'x', bind: 's', connect: 't' })
      .bind('t', { u: 80 })
      .connect('s')
      .connect(['u'], 't')
      .expose('v');
    expect((await experiment.toSpec()).processes.a).toMatchObject({
      bind: { s: null, t: null, u: 80 },
      connect: ['t', 's', 'u', 't'],
      expose: { v: null },
    });
  });

  it('lets a process connect to a service that is bound later', async () => {
    const experiment = new Experiment('x');
    experiment.newProcess('a', { command: 'x' }).connect('s');
    experiment.newProcess('b', { command: 'x' }).bind('s');
    expect((await experiment.toSpec()).processes.a?.connect).toEqual(['s']);
  });

  it('reports connections to unbound names at the end', async () => {
    const experiment = new Experiment('x');
    experiment.newProcess('a', { command: 'x' }).connect('replay');
    experiment.newProcess('b', { command: 'x' }).bind('replay-server');
    const error = await thrownBy(() => experiment.toSpec());
    expect(error.message).toContain('processes.a.connect[0]: no process binds "replay"; did you mean replay-server?');
  });

  it('refuses invalid and duplicate names at once', async () => {
    const refused = async (action: () => unknown) => (await thrownBy(action)).message;
    expect(await refused(() => new Experiment('RL'))).toBe('"RL" cannot be the name of an experiment.');
    const experiment = new Experiment('x');
    const a = experiment.newProcess('a', { command: 'x', bind: 's' });
    const group = experiment.newProcessGroup('g');
    expect(await refused(() => experiment.newProcess('a', { command: 'x' }))).toContain('a already');
    expect(await refused(() => experiment.newProcess('g', { command: 'x' }))).toContain('g already');
    expect(await refused(() => experiment.newProcessGroup('a'))).toContain('a already');
    expect(await refused(() => group.newProcess('B', { command: 'x' }))).toContain('"B" cannot be');
    group.newProcess('b', { command: 'x' });
    expect(await refused(() => group.newProcess('b', { command: 'x' }))).toContain('b already');
    expect(await refused(() => group.newProcess('c', { command: 'x', expose: 's' }))).toContain(
      's is a service of a already',
    );
    expect(() => a.expose('s')).not.toThrow();
  });

  it('leaves invalid fields to the validation', async () => {
    const experiment = new Experiment('x', { onFailure: 'explode' as 'stop' });
    experiment.newProcess('a', { command: '', bind: 5 as unknown as string });
    const { message } = await thrownBy(() => experiment.toSpec());
    expect(message).toContain('onFailure: is "explode"');
    expect(message).toContain('processes.a.command: is an empty text');
    expect(message).toContain('processes.a.bind');
  });

  it('prefixes the name with the username, once', async () => {
    const named = async (name: string) => {
      const experiment = new Experiment(name);
      experiment.newProcess('a', { command: 'x' });
      return (await experiment.toSpec()).name;
    };
    expect(await named('rl')).toBe('rl');
    overrideSetting('program', 'username', 'sarah');
    expect(await named('rl')).toBe('sarah-rl');
    expect(await named('sarah-rl')).toBe('sarah-rl');
    overrideSetting('program', 'username', undefined);
    vi.stubEnv('SYMPHONY_USERNAME', 'bob');
    expect(await named('rl')).toBe('bob-rl');
  });
});

describe('what was declared', () => {
  it('is found by name', async () => {
    const experiment = new Experiment('rl');
    const learner = experiment.newProcess('learner', { command: 'x' });
    const agents = experiment.newProcessGroup('agents');
    const actor = agents.newProcess('actor', { command: 'x' });
    expect(experiment.processes).toEqual([learner]);
    expect(experiment.groups).toEqual([agents]);
    expect(agents.processes).toEqual([actor]);
    expect(experiment.getProcess('learner')).toBe(learner);
    expect(experiment.getProcess('agents/actor')).toBe(actor);
    expect(experiment.getProcessGroup('agents').getProcess('actor')).toBe(actor);
    const refused = async (action: () => unknown) => {
      const { code, message, hint } = await thrownBy(action);
      return `${code}: ${message} ${hint}`;
    };
    expect(await refused(() => experiment.getProcess('lerner'))).toBe(
      'not-found: There is no process "lerner" in experiment rl. Did you mean learner?',
    );
    expect(await refused(() => experiment.getProcess('agents'))).toContain('Did you mean agents/actor?');
    expect(await refused(() => experiment.getProcess('agents/learner'))).toContain('in group agents. There is: actor.');
    expect(await refused(() => experiment.getProcessGroup('learner'))).toContain('There is: agents.');
  });

  it('may be made apart and added later, once', async () => {
    const apart = new Process('learner', { command: 'x', bind: 'replay' }).bind('parameters');
    const group = new ProcessGroup('agents', { replicas: 2 });
    group.newProcess('actor', { command: 'x', connect: 'replay' }).expose('page');
    const experiment = new Experiment('rl');
    experiment.addProcess(apart);
    experiment.addProcessGroup(group);
    // Services that are declared later are those of the experiment, too.
    apart.expose({ dashboard: 6006 });
    expect((await thrownBy(() => group.getProcess('actor').bind('dashboard'))).message).toContain('of learner already');
    const together = new Experiment('rl');
    together.newProcess('learner', { command: 'x' }).bind('replay', 'parameters').expose({ dashboard: 6006 });
    together
      .newProcessGroup('agents', { replicas: 2 })
      .newProcess('actor', { command: 'x' })
      .connect('replay')
      .expose('page');
    expect(await experiment.toSpec()).toEqual(await together.toSpec());
    for (const add of [() => experiment.addProcess(apart), () => new Experiment('y').addProcess(apart)])
      expect(await thrownBy(add)).toMatchObject({ code: 'conflict' });
    expect(await thrownBy(() => new Experiment('y').addProcessGroup(group))).toMatchObject({ code: 'conflict' });
  });

  it('stays as it was if it cannot be added', async () => {
    const experiment = new Experiment('rl');
    experiment.newProcess('learner', { command: 'x', bind: 'replay' });
    const other = new Process('other', { command: 'x', bind: ['own', 'replay'] });
    const group = new ProcessGroup('agents');
    group.newProcess('actor', { command: 'x', bind: ['mine', 'replay'] });
    for (const add of [() => experiment.addProcess(other), () => experiment.addProcessGroup(group)])
      expect((await thrownBy(add)).message).toContain('replay is a service of learner already');
    expect(experiment.processes.map(({ name }) => name)).toEqual(['learner']);
    expect(experiment.groups).toEqual([]);
    experiment.newProcess('third', { command: 'x', bind: ['own', 'mine'] });
    expect(new Experiment('y').addProcess(other)).toBe(other);
    expect(new Experiment('z').addProcessGroup(group)).toBe(group);
  });
});

describe('the name', () => {
  it('is final when it is declared with a username', async () => {
    expect(new Experiment('rl', {}, 'sarah').name).toBe('sarah-rl');
    expect(new Experiment('sarah-rl', {}, 'sarah').name).toBe('sarah-rl');
    overrideSetting('program', 'username', 'bob');
    const experiment = new Experiment('rl', {}, 'sarah');
    experiment.newProcess('a', { command: 'x' });
    expect((await experiment.toSpec()).name).toBe('sarah-rl');
    expect((await thrownBy(() => new Experiment('x'.repeat(60), {}, 'sarah'))).code).toBe('invalid-spec');
  });
});

describe('toSpec', () => {
  it('validates a plain spec, and leaves its name alone', async () => {
    overrideSetting('program', 'username', 'sarah');
    const plain = { name: 'rl', processes: { a: { command: 'x' } }, groups: {} };
    expect(await toSpec(plain)).toEqual({ ...plain, startDir: process.cwd() });
    expect((await thrownBy(() => toSpec({ ...plain, processes: {} }))).code).toBe('invalid-spec');
  });
});

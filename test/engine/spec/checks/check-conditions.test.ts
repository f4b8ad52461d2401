import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, problems } from '../support/problems.ts';

const x = { command: 'x' };

describe('start conditions', () => {
  it('may name processes, groups, processes in groups and replicas', () => {
    const after = {
      a: 'ready',
      'a-1': 'started',
      g: 'ended',
      'g-0': 'ended',
      'g/b': 'succeeded',
      'g-1/b': 'ended',
      b: 'ready',
    };
    const groups = { g: { replicas: 2, processes: { b: x } } };
    expect(() =>
      parse({ name: 'x', processes: { a: { ...x, replicas: 2 }, p: { ...x, after } }, groups }),
    ).not.toThrow();
  });

  it('are refused where a name is unknown, with the nearest one', async () => {
    const groups = { agents: { processes: { agent: x } } };
    const spec = (after: object) => ({ name: 'x', processes: { learner: x, p: { ...x, after } }, groups });
    expect(await problems(spec({ lerner: 'ready' }))).toEqual([
      'processes.p.after.lerner: there is no process or group "lerner"; did you mean learner?',
    ]);
    expect(await problems(spec({ 'agents/agnt': 'ready' }))).toEqual([
      'processes.p.after."agents/agnt": there is no process or group "agents/agnt"; did you mean agents/agent?',
    ]);
    expect(
      await problems({
        name: 'x',
        processes: { p: x },
        groups: { g: { after: { zzz: 'ready' }, processes: { b: x, c: x } } },
      }),
    ).toEqual(['groups.g.after.zzz: there is no process or group "zzz"; there are: p, g, g/b, g/c, b, c']);
  });

  it('are refused where a name has two meanings', async () => {
    const spec = (after: object, groups: object) => ({ name: 'x', processes: { p: { ...x, after } }, groups });
    expect(await problems(spec({ b: 'ready' }, { g: { processes: { b: x } }, h: { processes: { b: x } } }))).toEqual([
      'processes.p.after.b: "b" is a process of several groups; write g/b or h/b',
    ]);
    expect(await problems(spec({ h: 'ready' }, { g: { processes: { h: x } }, h: { processes: { b: x } } }))).toEqual([
      'processes.p.after.h: "h" is a group and also a process; write g/h for that one, or h/b for one of the group',
    ]);
    // A group that contains a process of its own name is meant as a whole.
    expect(() => parse(spec({ g: 'ready' }, { g: { processes: { g: x } } }))).not.toThrow();
  });

  it('are refused where something waits for itself', async () => {
    const own = 'a process cannot wait for itself';
    expect(await problems({ name: 'x', processes: { p: { ...x, replicas: 2, after: { 'p-0': 'ready' } } } })).toEqual([
      `processes.p.after.p-0: ${own}`,
    ]);
    const group = (fields: object, after: object) => ({
      name: 'x',
      groups: { g: { ...fields, replicas: 2, processes: { a: x, b: { ...x, after } } } },
    });
    const place = 'groups.g.processes.b.after';
    expect(await problems(group({}, { g: 'ready' }))).toEqual([`${place}.g: a process cannot wait for its own group`]);
    expect(await problems(group({}, { 'g-0': 'ready' }))).toEqual([
      `${place}.g-0: a process cannot wait for its own group`,
    ]);
    expect(await problems(group({}, { b: 'ready' }))).toEqual([`${place}.b: ${own}`]);
    expect(await problems(group({ after: { a: 'ready' } }, {}))).toEqual([
      'groups.g.after.a: a group cannot wait for itself or for a part of itself',
    ]);
  });

  it('are refused where processes and groups wait for each other in a circle', async () => {
    const spec = {
      name: 'x',
      processes: { a: { ...x, after: { g: 'started' } }, b: { ...x, after: { a: 'ready' } } },
      groups: { g: { after: { b: 'ended' }, processes: { c: x, d: x } } },
    };
    const lines = await problems(spec);
    expect(lines[0]).toBe(
      'processes.b.after.a: these wait for each other in a circle: a waits for g/c, g/c waits for b, b waits for a',
    );
  });

  it('are refused where they never come true', async () => {
    const spec = (fields: object, condition: string) => ({
      name: 'x',
      processes: { a: { ...x, ...fields }, p: { ...x, after: { a: condition } } },
    });
    const line = (condition: string) =>
      `processes.p.after.a: "${condition}" never comes true: a is restarted whenever it ends (restart: always), so it never ends by itself`;
    for (const condition of ['succeeded', 'ended'])
      expect(await problems(spec({ restart: 'always' }, condition))).toEqual([line(condition)]);
    for (const condition of ['started', 'ready'])
      expect(() => parse(spec({ restart: 'always' }, condition))).not.toThrow();
    expect(() => parse(spec({ restart: 'always', maxRestarts: 3 }, 'ended'))).not.toThrow();
    const group = { restart: 'always', processes: { a: x } };
    expect(
      await problems({ name: 'x', processes: { p: { ...x, after: { a: 'ended' } } }, groups: { g: group } }),
    ).toEqual([expect.stringContaining('g/a is restarted whenever it ends')]);
  });

  it('are what the author of depends_on is told to use', async () => {
    const lines = await problems({ name: 'x', processes: { a: x, p: { ...x, depends_on: ['a'] } } });
    expect(lines).toEqual([
      'processes.p.depends_on: there is no such field; use after: { NAME: ready }, or started, succeeded or ended',
    ]);
  });

  it('are not judged while names are missing', async () => {
    const lines = await problems({ name: 'x', processes: { a: 5, p: { ...x, after: { b: 'ready' } } } });
    expect(lines).toEqual([expect.stringMatching(/^processes\.a: /)]);
  });

  it('in a chain of ten thousand processes are accepted, and its closing to a circle is refused', async () => {
    const name = (index: number) => `p${index}`;
    const chain = Array.from({ length: 10_000 }, (_, index) => [
      name(index),
      index === 0 ? x : { ...x, after: { [name(index - 1)]: 'ready' } },
    ]);
    const processes = Object.fromEntries(chain) as Record<string, object>;
    expect(() => parse({ name: 'x', processes, endsWith: name(9_999) })).not.toThrow();
    const closed = { ...processes, p0: { ...x, after: { p9999: 'ready' } } };
    expect(await problems({ name: 'x', processes: closed })).toHaveLength(1);
  });

  it('are accepted exactly if no process waits for itself in the end', () => {
    const edges = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 10 });
    fc.assert(
      fc.property(edges, (pairs) => {
        const names = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
        const after = (index: number) =>
          Object.fromEntries(pairs.filter(([from]) => from === index).map(([, to]) => [names[to], 'ready']));
        const processes = Object.fromEntries(names.map((name, index) => [name, { ...x, after: after(index) }]));
        const reach = names.map((_, index) => new Set(pairs.filter(([from]) => from === index).map(([, to]) => to)));
        for (const _ of names)
          for (const set of reach) for (const to of [...set]) for (const further of reach[to] ?? []) set.add(further);
        const isCircular = reach.some((set, index) => set.has(index));
        let accepted = true;
        try {
          parse({ name: 'x', processes });
        } catch {
          accepted = false;
        }
        expect(accepted).toBe(!isCircular);
      }),
    );
  });
});

describe('endsWith', () => {
  it('names what exists, and what can end by itself', async () => {
    const spec = (endsWith: unknown, fields = {}) => ({
      name: 'x',
      endsWith,
      processes: { learner: { ...x, ...fields } },
    });
    expect(() => parse(spec('learner'))).not.toThrow();
    expect(() => parse(spec({ processes: ['learner'], delay: '10s' }))).not.toThrow();
    expect(await problems(spec(['lerner']))).toEqual([
      'endsWith[0]: there is no process or group "lerner"; did you mean learner?',
    ]);
    expect((await problems(spec('learner', { restart: 'always' })))[0]).toMatch(
      /^endsWith\[0\]: learner is restarted whenever it ends .*; use restart: on-failure, or maxRestarts$/,
    );
    expect((await problems(spec([])))[0]).toMatch(/^endsWith: /);
    expect((await problems(spec({ processes: 'learner', delay: 'soon' })))[0]).toMatch(/^endsWith\.delay: /);
  });

  it('leaves no process that can only start when the experiment is over', async () => {
    const spec = (endsWith: string[], report: object, chart: object = {}) => ({
      name: 'x',
      endsWith,
      processes: { a: x, b: x, report: { ...x, ...report }, chart: { ...x, ...chart } },
    });
    const message = (name: string) =>
      `${name} would never be started, because the experiment is over by then; name it in endsWith as well`;
    expect(await problems(spec(['a'], { after: { a: 'succeeded' } }))).toEqual([
      `processes.report.after.a: ${message('report')}`,
    ]);
    expect(
      await problems(spec(['a', 'b'], { after: { a: 'ended' } }, { after: { report: 'started', b: 'ended' } })),
    ).toEqual([`processes.chart.after.b: ${message('chart')}`]);
    expect(() => parse(spec(['a', 'report'], { after: { a: 'succeeded' } }))).not.toThrow();
    expect(() => parse(spec(['a', 'b'], { after: { a: 'succeeded' } }))).not.toThrow();
    expect(() => parse(spec(['a'], { after: { a: 'ready' } }))).not.toThrow();
  });
});

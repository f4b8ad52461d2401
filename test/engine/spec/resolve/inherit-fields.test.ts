import { expect, it } from 'vitest';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { declaredProcesses } from '../../../../src/engine/spec/resolve/expand-spec.ts';
import { inheritFields } from '../../../../src/engine/spec/resolve/inherit-fields.ts';

const member = { command: 'x' };

function inherited(experiment: object, group: object, own: object) {
  const spec = parseSpec(
    { name: 'x', ...experiment, groups: { g: { ...group, processes: { p: { ...member, ...own } } } } },
    { baseDir: '/base' },
  );
  const [declared] = declaredProcesses(spec);
  if (declared === undefined) throw new Error('no process was declared');
  return inheritFields(declared, spec);
}

it('variables and resources are overridden one by one, from the outside in', () => {
  const { env, resources } = inherited(
    { env: { A: 'experiment', B: 'experiment', C: 'experiment' } },
    { env: { B: 'group', C: 'group' }, resources: { cpu: 1, memory: 5 } },
    { env: { C: 'own' }, resources: { cpu: 2, gpu: 1 } },
  );
  expect(env).toEqual({ A: 'experiment', B: 'group', C: 'own' });
  expect(resources).toEqual({ cpu: 2, memory: 5, gpu: 1 });
});

it('lists are joined, each entry once where the order has no meaning', () => {
  const lists = (name: string) => ({ preamble: ['same', name], files: ['same', name], secrets: [`/${name}/${name}`] });
  expect(inherited(lists('a'), lists('b'), lists('c'))).toMatchObject({
    preamble: ['same', 'a', 'same', 'b', 'same', 'c'],
    files: ['same', 'a', 'b', 'c'],
    secrets: ['/a/a', '/b/b', '/c/c'],
  });
});

it('of other fields the innermost applies', () => {
  const outer = { startDir: 'a', shell: 'bash', image: 'a:1' };
  expect(inherited(outer, {}, {})).toMatchObject({ startDir: '/base/a', shell: ['bash'], image: 'a:1' });
  const group = { startDir: 'b', shell: ['bash', '-l'] };
  expect(inherited(outer, group, {})).toMatchObject({ startDir: '/base/b', shell: ['bash', '-l'], image: 'a:1' });
  expect(inherited(outer, group, { image: 'c:1', shell: 'zsh' })).toMatchObject({ image: 'c:1', shell: ['zsh'] });
});

it('a limit of restarts belongs to its policy', () => {
  const group = { restart: 'on-failure', maxRestarts: 3 };
  expect(inherited({}, group, {})).toMatchObject({ restart: 'on-failure', maxRestarts: 3 });
  expect(inherited({}, group, { maxRestarts: 5 })).toMatchObject({ restart: 'on-failure', maxRestarts: 5 });
  expect(inherited({}, group, { restart: 'always' })).toMatchObject({ restart: 'always', maxRestarts: undefined });
  expect(inherited({}, group, { restart: 'never' })).toMatchObject({ restart: 'never', maxRestarts: undefined });
});

it('a process outside any group takes the fields of the experiment', () => {
  const spec = parseSpec({ name: 'x', image: 'a:1', processes: { p: member } }, { baseDir: '/base' });
  const [declared] = declaredProcesses(spec);
  expect(declared && inheritFields(declared, spec)).toMatchObject({ image: 'a:1', startDir: '/base', resources: {} });
});

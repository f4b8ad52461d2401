import { describe, expect, it } from 'vitest';
import { draft } from '../support/draft.ts';
import { build } from '../support/manifests.ts';

describe('the objects of an experiment', () => {
  it('come in the order of their creation, all labelled', () => {
    const { objects } = build(draft);
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Namespace rl',
      'ConfigMap symphony-experiment',
      'ConfigMap symphony-services',
      'Service replay',
      'Service parameters',
      'Service tensorboard',
      'Pod learner',
      'Pod agents-0',
      'Pod agents-1',
    ]);
    for (const { kind, metadata } of objects) {
      expect(metadata.namespace).toBe(kind === 'Namespace' ? undefined : 'rl');
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/managed-by': 'symphony',
        'symphony/experiment': 'rl',
        'symphony/launch': 'launch-1',
      });
    }
  });

  it('in a shared namespace have names that no other experiment has, and no owner', () => {
    const shared = (name: string, processName: string) =>
      build({ name, kube: { namespace: 'team-a' }, processes: { [processName]: { command: 'x', bind: 'port' } } });
    const { objects } = shared('a', 'b-c');
    expect(objects.map(({ kind }) => kind)).not.toContain('Namespace');
    expect(objects.map(({ metadata }) => metadata.namespace)).toEqual(objects.map(() => 'team-a'));
    const names = (of: ReturnType<typeof shared>) => of.objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const both = [...names(shared('a', 'b-c')), ...names(shared('a-b', 'c'))];
    expect(new Set(both).size).toBe(both.length);

    // Deleting only the record does not end the experiment.
    for (const { metadata } of objects) expect(metadata).not.toHaveProperty('ownerReferences');
  });

  it('have valid names, also of the longest', () => {
    const longest = (name: string) => name.padEnd(63, 'x');
    const processes = {
      [longest('process')]: {
        command: 'x',
        bind: { [longest('service')]: null },
        secrets: ['/key'],
        files: 'a',
        env: { T: { secret: true, fromEnv: 'T' } },
      },
    };
    const { objects } = build({ name: longest('experiment'), kube: { namespace: 'team' }, processes });
    for (const { metadata } of objects) expect(metadata.name).toMatch(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
    expect(new Set(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).size).toBe(objects.length);
  });
});

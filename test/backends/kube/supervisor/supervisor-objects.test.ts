import { expect, test } from 'vitest';
import { supervisorObjects } from '../../../../src/backends/kube/supervisor/supervisor-objects.ts';

const context = { location: { experiment: 'rl', namespace: 'rl', ownNamespace: true }, launchId: 'launch' };
const options = { image: 'node:24', imagePullSecrets: [], templates: ['symphony-pods-0'], mayRecordEvents: true };

test('a supervisor is one small pod, whose account has rights in its namespace only', () => {
  const objects = supervisorObjects(context, options);
  expect(objects.map(({ kind }) => kind)).toEqual(['ConfigMap', 'ServiceAccount', 'Role', 'RoleBinding', 'Deployment']);
  for (const { metadata } of objects) expect(metadata.namespace).toBe('rl');
  const account = objects.find(({ kind }) => kind === 'ServiceAccount')?.metadata.name;
  const requests = { cpu: '50m', memory: '64Mi' };
  expect(objects.at(-1)).toMatchObject({
    spec: {
      replicas: 1,
      template: { spec: { serviceAccountName: account, containers: [{ image: 'node:24', resources: { requests } }] } },
    },
  });
  const { rules } = objects.find(({ kind }) => kind === 'Role') as never as { rules: readonly object[] };
  const written = {
    resources: ['configmaps'],
    verbs: ['patch'],
    resourceNames: expect.arrayContaining(options.templates),
  };
  expect(rules).toContainEqual(expect.objectContaining(written));
  expect(JSON.stringify(rules)).not.toMatch(/\*|secrets|namespaces/);
});

test('an account that is named is used, and none is created', () => {
  const objects = supervisorObjects(context, { ...options, account: 'mine' });
  expect(objects.map(({ kind }) => kind)).toEqual(['ConfigMap', 'Deployment']);
  expect(objects.at(-1)).toMatchObject({ spec: { template: { spec: { serviceAccountName: 'mine' } } } });
});

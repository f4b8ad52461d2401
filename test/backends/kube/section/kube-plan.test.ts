import { expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import type { Manifest } from '../../../../src/backends/kube/manifests/manifest.ts';
import { type PlanOptions, planOnKube } from '../../../../src/backends/kube/section/kube-plan.ts';
import type { ExperimentSpec } from '../../../../src/engine/spec/experiment-spec.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
import { loadSpec } from '../../../../src/engine/spec/source/load-spec.ts';
import { checkSchema } from '../support/manifests.ts';

const planSpec = (spec: ExperimentSpec, options?: PlanOptions) => planOnKube(resolveExperiment(spec), options);

const spec = (draft: object) => parseSpec({ name: 'rl', image: 'i', ...draft }, { baseDir: '/base' });

it('shows the manifests of the example, each valid, the same each time', async () => {
  const example = await loadSpec('examples/rl/rl.yaml');
  const plan = planOnKube(resolveExperiment(example));
  expect(plan).toMatchObject({ backend: 'kube', experiment: 'rl', notes: [] });
  expect(plan).toEqual(planOnKube(resolveExperiment(example)));
  const objects = plan.documents as Manifest[];
  for (const object of objects) checkSchema(object);
  expect(objects.filter(({ kind }) => kind === 'Pod').map(({ metadata }) => metadata.name)).toEqual([
    'learner',
    'eval',
    'dashboard',
    'agents',
  ]);
  const yaml = objects.map((object) => stringify(object)).join('---\n');
  expect(parseAllDocuments(yaml).map((document) => document.toJS())).toEqual(objects);
});

it('shows no secret and reads no file', () => {
  const env = { TOKEN: { secret: true, fromFile: '/no/such/file' } };
  const processes = { p: { command: 'x', env, files: ['lib/', 'a.py'], secrets: '/no/such/key' } };
  const documents = planSpec(spec({ processes })).documents as Manifest[];
  for (const object of documents) checkSchema(object);
  expect(documents.flatMap(({ kind, stringData }) => (kind === 'Secret' ? [stringData] : []))).toEqual([
    { key: '<secret>' },
    { TOKEN: '<secret>' },
  ]);
  expect(documents.find(({ metadata }) => metadata.name === 'symphony-files-0')?.data).toEqual({
    lib: '<the content of lib at launch>',
    'a.py': '<the content of a.py at launch>',
  });
});

it('has a supervisor for notices, and shows no more than that it has an address', () => {
  const notify = { webhook: 'https://hooks.example.org/secret-token', on: ['failed'] as const };
  const documents = planSpec(spec({ processes: { p: { command: 'x' } } }), { notify }).documents as Manifest[];
  for (const object of documents) checkSchema(object);
  expect(documents.map(({ kind }) => kind)).toContain('Deployment');
  const secret = documents.find(({ kind }) => kind === 'Secret');
  expect(secret?.stringData).toEqual({ 'notify.json': '<secret>' });
  const deployment = JSON.stringify(documents.find(({ kind }) => kind === 'Deployment'));
  expect(deployment).toContain(`"secretName":"${secret?.metadata.name}"`);
  expect(JSON.stringify(documents)).not.toContain('secret-token');
});

it('runs in a namespace that exists, if one is named', () => {
  const processes = { p: { command: 'x' } };
  const kinds = (draft: object, options = {}) =>
    (planSpec(spec({ processes, ...draft }), options).documents as Manifest[]).map(
      ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}`,
    );
  expect(kinds({})).toEqual(['Namespace ', 'ConfigMap rl', 'Pod rl']);
  expect(kinds({}, { namespace: 'mine' })).toEqual(['ConfigMap mine', 'Pod mine']);
  expect(kinds({ kube: { namespace: 'team' } }, { namespace: 'mine' })).toEqual(['ConfigMap team', 'Pod team']);
});

it('has no manifests for refused specs', () => {
  const processes = { p: { command: 'x', maxDuration: 5 }, q: { command: 'x' } };
  const refused = planSpec(spec({ groups: { g: { processes } } }));
  expect(refused.documents).toEqual([]);
  expect(refused.notes).toHaveLength(1);

  const processSpec = (path: string) => ({
    command: 'x',
    kube: { volumes: [{ name: 'data', mount: '/data', hostPath: path }] },
  });
  expect(
    planSpec(spec({ groups: { g: { processes: { a: processSpec('/a'), b: processSpec('/b') } } } })),
  ).toMatchObject({
    documents: [],
    notes: [
      {
        verdict: 'refused',
        path: 'groups.g.processes.b.kube.volumes',
        message: 'there is another volume data in the same pod.',
        hint: 'Give it another name.',
      },
    ],
  });
  const ports = planSpec(spec({ portRange: '80-80', processes: { p: { command: 'x', bind: ['a', 'b'] } } }));
  expect(ports).toMatchObject({ documents: [], notes: [{ path: 'processes.p.bind.b', verdict: 'refused' }] });
});

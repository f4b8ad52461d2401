import '../../../../src/backends/index.ts';
import { describe, expect, it } from 'vitest';
import { planOnKube } from '../../../../src/backends/kube/section/kube-plan.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';

const command = ['true'];

describe('what Symphony finds its pods by', () => {
  const refusedPaths = (kube: object) => {
    const spec = parseSpec({ name: 'rl', image: 'i', processes: { p: { command, kube } } }, { baseDir: '/' });
    return planOnKube(resolveExperiment(spec)).notes.map(({ path }) => path);
  };
  const at = (path: string) => `processes.p.kube.${path}`;

  it.each([
    [{ labels: { 'symphony/launch': 'x' } }, at('labels."symphony/launch"')],
    [{ labels: { 'app.kubernetes.io/managed-by': 'x' } }, at('labels."app.kubernetes.io/managed-by"')],
    [{ annotations: { 'symphony/stopped': 'x' } }, at('annotations."symphony/stopped"')],
    [{ patch: { kind: 'Job' } }, at('patch.kind')],
    [{ patch: { metadata: null } }, at('patch.metadata')],
    [{ patch: { metadata: { name: 'x' } } }, at('patch.metadata.name')],
    [{ patch: { metadata: { namespace: 'x' } } }, at('patch.metadata.namespace')],
    [{ patch: { metadata: { ownerReferences: null } } }, at('patch.metadata.ownerReferences')],
    [{ patch: { metadata: { labels: null } } }, at('patch.metadata.labels')],
    [{ patch: { metadata: { labels: { 'symphony/member': null } } } }, at('patch.metadata.labels."symphony/member"')],
    [{ patch: { spec: null } }, at('patch.spec')],
    [{ patch: { spec: { containers: null } } }, at('patch.spec.containers')],
    [{ patch: { spec: { containers: [{ image: 'x' }] } } }, at('patch.spec.containers[0]')],
  ])('cannot be overwritten: %j', (kube, path) => expect(refusedPaths(kube)).toEqual([path]));

  it('leaves all else to its author', () => {
    const metadata = { labels: { team: 'rl' }, annotations: { who: 'me' }, finalizers: ['a/b'] };
    expect(refusedPaths({ patch: { metadata, spec: { hostNetwork: true } } })).toEqual([]);
  });
});

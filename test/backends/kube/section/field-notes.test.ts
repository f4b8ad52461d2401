import '../../../../src/backends/index.ts';
import { describe, expect, it } from 'vitest';
import { toKubeExperiment } from '../../../../src/backends/kube/section/kube-experiment.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
import { notes, refusals } from './support/notes.ts';

describe('what Kubernetes cannot give', () => {
  it('is refused with its path', () => {
    const spec = parseSpec({ name: 'x', processes: { p: { command: 'x' } } }, { baseDir: '/' });
    expect(toKubeExperiment(resolveExperiment(spec)).notes).toMatchObject([
      { verdict: 'refused', path: 'processes.p.image', message: expect.stringContaining('needs a container image') },
    ]);
    expect(refusals({ files: 'a', processes: { p: { command: 'x', kube: { workingDir: null } } } })).toEqual([
      'processes.p.kube.workingDir: is null, which means the folder of the image, and files need a named folder',
    ]);
  });

  it('is a warning where nothing depends on it', () => {
    const processes = { p: { command: 'x', restart: 'always', maxRestarts: 3, log: { size: '1Mi' } } };
    const found = notes({ kube: { restartPolicy: 'Always' }, processes });
    expect(found.map(({ verdict, path }) => [verdict, path])).toEqual([
      ['not-enforced', 'processes.p.log.size'],
      ['not-enforced', 'processes.p.maxRestarts'],
    ]);
    const group = { processes: { a: { command: 'x', stop: { timeout: '1m' } }, b: { command: 'x' } } };
    expect(notes({ groups: { g: group } })).toMatchObject([
      { verdict: 'not-enforced', path: 'groups.g.processes.b.stop.timeout', message: expect.stringMatching(/60 s/) },
    ]);
  });

  it('includes restart policies that differ inside one pod', () => {
    const processes = { a: { command: 'x', restart: 'always' }, b: { command: 'x' } };
    expect(refusals({ groups: { g: { processes } } })).toEqual([
      'groups.g.processes.b.restart: is never, that of groups.g.processes.a is always, and a pod has one restart policy for all',
    ]);
    expect(notes({ groups: { g: { processes, kube: { restartPolicy: 'OnFailure' } } } })).toEqual([]);
  });
});

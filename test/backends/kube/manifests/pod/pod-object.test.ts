import { describe, expect, it } from 'vitest';
import { draft } from '../../support/draft.ts';
import { build, buildPod } from '../../support/manifests.ts';

describe('a pod', () => {
  it('has one container for each process of a group', () => {
    const { objects } = build(draft);
    const pod = objects.find(({ metadata }) => metadata.name === 'agents-1');
    expect(pod?.metadata.labels).toMatchObject({ 'symphony/member': 'agents-1', 'symphony/group': 'agents-1' });
    expect(pod?.spec).toMatchObject({ containers: [{ name: 'agent-0' }, { name: 'agent-1' }] });
    expect(objects.find(({ metadata }) => metadata.name === 'learner')?.metadata.labels).not.toHaveProperty(
      'symphony/group',
    );
  });

  it('is started as the process is declared', () => {
    const { spec, container } = buildPod({
      command: 'echo $(id) $HOME $$',
      preamble: 'cd /tmp',
      startDir: '/work',
      tty: true,
    });
    expect(container).toMatchObject({
      name: 'main',
      image: 'busybox',
      command: [
        '/bin/sh',
        '-c',
        expect.stringMatching(/^set -e\n.*\ncd \/tmp\nset \+e\n.*\necho \$\$\(id\) \$HOME \$\$\$$/),
      ],
      workingDir: '/work',
      tty: true,
      stdin: true,
    });
    expect(spec).toMatchObject({
      restartPolicy: 'Never',
      enableServiceLinks: false,
      shareProcessNamespace: true,
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 10,
    });
    expect(buildPod({}).container).not.toHaveProperty('tty');
    expect(buildPod({ kube: { workingDir: null } }).container).not.toHaveProperty('workingDir');
    expect(buildPod({ kube: { workingDir: '/app' } }).container.workingDir).toBe('/app');
  });

  it('maps restart policies, one for a pod', () => {
    expect(buildPod({ restart: 'on-failure' }).spec.restartPolicy).toBe('OnFailure');
    expect(buildPod({ restart: 'always' }).spec.restartPolicy).toBe('Always');
    expect(buildPod({ restart: 'always', kube: { restartPolicy: 'Never' } }).spec.restartPolicy).toBe('Never');
  });
});

import { expect } from 'vitest';
import { registeredBackends } from '../../../src/engine/contract/backend-registry.ts';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';

export function describePlan(test: ContractTest, harness: ContractHarness): void {
  test('says what would be launched, with ports not yet assigned as auto, and launches nothing', async ({ lab }) => {
    const spec = lab.spec({
      processes: {
        server: { command: ['sleep', '60'], bind: { wish: null, fixed: 18_123 } },
        client: { command: ['sleep', '60'], connect: ['wish'] },
      },
    });
    const before = structuredClone(spec);
    const plan = lab.cluster.plan(spec);

    expect(plan).toMatchObject({ backend: lab.cluster.backend, experiment: spec.name });
    expect(plan.notes.filter(({ verdict }) => verdict === 'refused')).toEqual([]);
    const documents = JSON.stringify(plan.documents);
    expect(documents).toMatch(/sleep/);
    expect(documents).toMatch(/auto/);
    expect(documents).toMatch(/18123/);
    expect(spec).toEqual(before);
    expect(lab.cluster.plan(spec)).toEqual(plan);
    expect((await lab.cluster.listExperiments()).map(({ name }) => name)).not.toContain(spec.name);
  });

  test.runIf(harness.refused.includes('tty'))('a terminal is refused, with its place', async ({ lab }) => {
    const launch = lab.launch({ processes: { main: { command: 'tty', tty: true } } });
    const message = expect.stringContaining('processes.main.tty: ');
    await expect(launch).rejects.toMatchObject({ code: 'invalid-spec', message });
  });

  test('an unknown field of the backend’s section is refused, with its place', ({ lab, skip }) => {
    const { backend } = lab.cluster;
    const { section } = registeredBackends().get(backend) ?? {};
    skip(section === undefined, 'This backend has no section.');
    const name = section?.name ?? backend;
    const spec = lab.spec({ processes: { main: { command: 'true', [name]: { noSuchField: 1 } } } });
    const refused = lab.cluster.plan(spec).notes.filter(({ verdict }) => verdict === 'refused');
    expect(refused.map(({ path }) => path)).toEqual([`processes.main.${name}.noSuchField`]);
  });

  test('has a note, with its place, for each field that the harness declares as accepted and not enforced', async ({
    lab,
  }) => {
    const command = ['sleep', '60'];
    const spec = lab.spec({ processes: { main: { command, resources: { cpu: 0.1, memory: 64 * 1024 * 1024 } } } });
    const { notes } = lab.cluster.plan(spec);
    const expected = harness.notEnforced.map((field) => ['not-enforced', `processes.main.${field}`]);
    expect(notes.map(({ verdict, path }) => [verdict, path]).sort()).toEqual(expected.sort());
    for (const { message } of notes) expect(message).not.toBe('');
  });
}

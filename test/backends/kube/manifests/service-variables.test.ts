import { expect, it } from 'vitest';
import { draft } from '../support/draft.ts';
import { build, podNamed } from '../support/manifests.ts';

it('a process is told where everything is', () => {
  const { objects } = build(draft);
  const variables = objects.find(({ metadata }) => metadata.name === 'symphony-services')?.data;
  expect(variables).toMatchObject({
    SYMPH_REPLAY_HOST: 'replay.rl.svc',
    SYMPH_REPLAY_PORT: '7000',
    SYMPH_REPLAY_ADDR: 'replay.rl.svc:7000',
    SYMPH_TENSORBOARD_PORT: '6006',
  });
  const envOf = (name: string) => {
    const [container] = podNamed(objects, name).spec.containers;
    expect(container.envFrom).toEqual([{ configMapRef: { name: 'symphony-services' } }]);
    return Object.fromEntries(container.env.map(({ name, value }: { name: string; value: string }) => [name, value]));
  };
  expect(envOf('learner')).toEqual({
    SYMPH_EXPERIMENT: 'rl',
    SYMPH_PROCESS_GROUP: '',
    SYMPH_REPLICAS: '1',
    SYMPH_PROCESS: 'learner',
    SYMPH_ID: 'launch-1',
    SYMPH_REPLAY_HOST: '0.0.0.0',
    SYMPH_PARAMETERS_HOST: '0.0.0.0',
    SYMPH_TENSORBOARD_HOST: '0.0.0.0',
    PYTHONUNBUFFERED: '1',
  });
  expect(envOf('agents-1')).toEqual({
    SYMPH_EXPERIMENT: 'rl',
    SYMPH_PROCESS_GROUP: 'agents-1',
    SYMPH_PROCESS: 'agent-0',
    SYMPH_ID: 'launch-1',
    SYMPH_REPLICA: '2',
    SYMPH_REPLICAS: '4',
    PYTHONUNBUFFERED: '1',
  });
});

it('a process finds its own replica of a service under the declared name, too', () => {
  const { objects } = build({ processes: { p: { command: 'x', replicas: 2, bind: 'replay' } } });
  const [container] = podNamed(objects, 'p-1').spec.containers;
  expect(container.env).toEqual(
    expect.arrayContaining([
      { name: 'SYMPH_REPLAY_HOST', value: '0.0.0.0' },
      { name: 'SYMPH_REPLAY_PORT', value: '7001' },
      { name: 'SYMPH_REPLAY_ADDR', value: 'replay-1.rl.svc:7001' },
    ]),
  );
});

import { expect, it } from 'vitest';
import { buildFailure, stagesOf } from '../../../../../src/backends/docker/images/build/build-failure.ts';

const failed = {
  build: {
    key: '',
    path: 'processes.main.docker.build',
    isShort: false,
    image: 'rl:1',
    parts: [],
    context: '/work',
    dockerfile: 'Dockerfile',
    args: {},
  },
  image: 'rl:1',
  dockerfilePath: '/work/Dockerfile',
  dockerfileText: 'FROM a AS base\nFROM base AS final\n',
  said: '',
  step: undefined,
};

it('names the step, its command and its last lines', () => {
  const step = { number: '2/3', command: 'RUN make', output: ['no rule', 'stop'] };
  expect(buildFailure({ ...failed, said: 'returned a non-zero code: 2.', step })).toMatchObject({
    code: 'failed',
    message:
      'The image rl:1 cannot be built: step 2/3, RUN make, failed: returned a non-zero code: 2.\n' +
      'The last lines of that step:\n  no rule\n  stop',
    hint: 'Its Dockerfile is /work/Dockerfile (processes.main.docker.build).',
  });
});

it('says what BuildKit says without its wrapping', () => {
  const said =
    'failed to solve with frontend dockerfile.v0: failed to create LLB definition: unknown instruction: FORM';
  expect(buildFailure({ ...failed, said }).message).toBe('The image rl:1 cannot be built: unknown instruction: FORM.');
});

it.each([
  'failed to reach build target fina in Dockerfile',
  'failed to solve with frontend dockerfile.v0: failed to create LLB definition: target stage fina could not be found',
  'target stage "fina" could not be found',
])('refuses an unknown target with its place: %s', (said) => {
  expect(buildFailure({ ...failed, build: { ...failed.build, target: 'fina' }, said })).toMatchObject({
    code: 'invalid-spec',
    message: 'processes.main.docker.build.target: /work/Dockerfile has no stage fina.',
    hint: 'Did you mean final?',
  });
});

it('finds the stages of a Dockerfile', () => {
  const text =
    '# FROM no AS comment\nfrom --platform=$P a as one\nFROM b \\\n  AS two\nFROM c\nRUN echo FROM x AS no | cat\n';
  expect(stagesOf(text)).toEqual(['one', 'two']);
});

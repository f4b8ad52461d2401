import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { hasTmux } from './test/support/has-tmux.ts';

const tmuxTests = ['test/contract/tmux.test.ts', 'test/e2e/tmux/**/*.test.ts'];
/** Those on a real Kubernetes change the one that KUBECONFIG names: `npm test` leaves them out. */
const kubeTests = ['test/contract/kube.test.ts', 'test/e2e/kube/**/*.test.ts'];
/** Those on a real engine use the one that DOCKER_HOST names: `npm test` leaves them out. */
const dockerTests = ['test/contract/docker.test.ts', 'test/e2e/docker/**/*.test.ts'];

/**
 * Only CI tries a test again, and only one that drives a foreign engine: tmux, Docker, Kubernetes. Its summary names each test that
 * needed it, with how often: a test that fails by chance has found something.
 */
const retry = process.env.CI ? 2 : 0;

/** Where packages of tests find Symphony, as tsconfig.json has it. */
const alias = {
  '@symphony-run/symphony/engine': fileURLToPath(new URL('src/engine/index.ts', import.meta.url)),
  '@symphony-run/symphony': fileURLToPath(new URL('src/index.ts', import.meta.url)),
};

/** The default of a second is too little on a machine under load. */
const expectOptions = { poll: { timeout: 30_000 } };

const common = { expect: expectOptions, testTimeout: 120_000, hookTimeout: 120_000 };

if (!hasTmux) console.warn('tmux is not installed: the tests of the project tmux are skipped.');

/** Each test is in exactly one project. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        resolve: { alias },
        test: {
          ...common,
          name: 'unit',
          include: [
            'test/*.test.ts',
            'test/{engine,import,backends,commands,programs,app,examples,packages}/**/*.test.{ts,tsx}',
          ],
        },
      },
      {
        // These start real processes.
        resolve: { alias },
        test: {
          ...common,
          name: 'real',
          include: ['test/{contract,e2e}/**/*.test.{ts,tsx}'],
          exclude: [...tmuxTests, ...kubeTests, ...dockerTests],
        },
      },
      {
        // These install the package from a tarball, which takes packages from the registry or npm's cache.
        resolve: { alias },
        test: {
          ...common,
          name: 'package',
          include: ['test/package/*.test.ts'],
          globalSetup: ['test/package/support/install.ts'],
        },
      },
      { test: { ...common, name: 'tmux', include: hasTmux ? tmuxTests : [], retry } },
      {
        test: {
          ...common,
          name: 'docker',
          include: process.env.DOCKER_HOST ? dockerTests : [],
          // There is one engine, which shows what others run on it.
          fileParallelism: false,
          retry,
        },
      },
      {
        test: {
          ...common,
          name: 'kube',
          include: process.env.KUBECONFIG ? kubeTests : [],
          // There is one cluster, and some stop parts of it.
          fileParallelism: false,
          retry,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Those on a real Kubernetes change the one that KUBECONFIG names: `npm test` leaves them out. */
const kubeTests = ['test/e2e/kube/**/*.test.ts', 'test/contract/kube.test.ts'];

/**
 * Only CI tries a test again, and only one that drives real engines: tmux, Kubernetes, a terminal. Its summary names each test
 * that needed it, with how often: a test that fails by chance has found something.
 */
const retry = process.env.CI ? 2 : 0;

/** Where packages of tests find Symphony, as tsconfig.json has it. */
const alias = {
  'symphony/engine': fileURLToPath(new URL('src/engine/index.ts', import.meta.url)),
  symphony: fileURLToPath(new URL('src/index.ts', import.meta.url)),
};

/** The default of a second is too little on a machine under load. */
const expectOptions = { poll: { timeout: 30_000 } };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          expect: expectOptions,
          include: ['test/*.test.ts', 'test/{engine,commands,app,backends,examples}/**/*.test.{ts,tsx}'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // These start real processes, tmux servers and the like.
        resolve: { alias },
        test: {
          name: 'real',
          expect: expectOptions,
          include: ['test/{contract,e2e}/**/*.test.{ts,tsx}'],
          exclude: kubeTests,
          retry,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'kube',
          expect: expectOptions,
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

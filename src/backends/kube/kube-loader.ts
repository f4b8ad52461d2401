import type { BackendLoader } from '../../engine/client/backend-registry.ts';
import { toSymphonyError } from '../../engine/contract/errors.ts';
import { readKubeOptions } from './api/credentials/kube-options.ts';

/** Describes the Kubernetes backend and loads it on demand. */
export const kubeLoader: BackendLoader = {
  summary: 'Pods of a Kubernetes cluster, 1.20 or newer',
  check: async () => {
    try {
      const { checkKube } = await import('./check-kube.ts');
      return await checkKube(await readKubeOptions({}));
    } catch (error) {
      const { message, hint } = toSymphonyError(error);
      return { works: false, detail: hint === undefined ? message : `${message} ${hint}` };
    }
  },
  load: async (options) => {
    const { KubeBackend } = await import('./kube-backend.ts');
    const signal = options.signal instanceof AbortSignal ? options.signal : undefined;
    return KubeBackend.connect(await readKubeOptions(options), { signal });
  },
};

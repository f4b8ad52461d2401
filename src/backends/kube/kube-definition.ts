import type { BackendDefinition } from '../../engine/contract/backend-definition.ts';
import { toSymphonyError } from '../../engine/contract/errors.ts';
import { type KubeClientOptions, readKubeOptions } from './api/credentials/kube-options.ts';
import type { KubeSection } from './section/section-types.ts';

export type { KubeClientOptions, KubeSection };

declare module '../../engine/contract/extensions.ts' {
  interface BackendSections {
    readonly kube?: KubeSection;
  }
  interface BackendOptions {
    readonly kube: KubeClientOptions;
  }
  interface BackendSettings {
    readonly context: string;
    /** Absolute, or empty. */
    readonly kubeconfig: string;
    readonly namespace: string;
    readonly nodePools: string;
    readonly logStreams: number;
    readonly supervisorImage: string;
    readonly supervisorAccount: string;
  }
  interface ProcessFacts {
    readonly pod?: string;
    readonly container?: string;
    readonly node?: string;
  }
}

/** Describes the Kubernetes backend and loads it on demand. */
export const kubeDefinition: BackendDefinition = {
  summary: 'Pods of a Kubernetes cluster, 1.20 or newer',
  options: [
    'context',
    'kubeconfig',
    'namespace',
    'nodePools',
    'supervisorImage',
    'supervisorAccount',
  ] satisfies readonly (keyof KubeClientOptions)[],
  environment: {
    KUBECONFIG: 'On Kubernetes: the kubeconfig, without the setting of this name.',
    'HTTPS_PROXY, HTTP_PROXY, NO_PROXY': 'On Kubernetes: the proxy, as kubectl finds it.',
  },
  section: { schemas: async () => (await import('./section/json-schemas.ts')).kubeSectionSchemas() },
  settings: {
    context: {
      schema: { type: 'string' },
      default: '',
      description: 'The context of the kubeconfig that kube uses; its current one if empty',
      expects: 'the name of a context; or nothing',
      flag: { value: 'name', description: 'the context of the kubeconfig' },
    },
    kubeconfig: {
      schema: { type: 'string' },
      path: true,
      default: '',
      description: 'The kubeconfig file that kube uses; found as kubectl finds it if empty',
      expects: 'the path of a file; or nothing',
      flag: { value: 'file', description: 'the kubeconfig file' },
    },
    namespace: {
      schema: { type: 'string', pattern: '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)?$' },
      default: '',
      description: 'The namespace of experiments on kube that name none; one of their own if empty',
      expects: 'the name of a namespace; or nothing',
      flag: {
        value: 'name',
        description: 'the namespace of experiments that name none; names are looked up there first',
      },
    },
    nodePools: {
      schema: { type: 'string' },
      default: '',
      description: 'Where kube finds node pools: a node-pool file, Terraform’s JSON, or cluster for those of its nodes',
      expects: 'the path of a file, or cluster; or nothing',
    },
    logStreams: {
      schema: { type: 'integer', minimum: 1, maximum: 10_000 },
      default: 100,
      description: 'How many logs are followed on kube at once: each is a connection',
      expects: 'a whole number from 1',
    },
    supervisorImage: {
      schema: { type: 'string' },
      default: '',
      description:
        'The image of the supervisors of experiments on kube, with Node.js 20 or newer; node:24-alpine if empty',
      expects: 'the name of an image; or nothing',
    },
    supervisorAccount: {
      schema: { type: 'string', pattern: '^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)?$' },
      default: '',
      description: 'The service account of the supervisors of experiments on kube; each launch creates one if empty',
      expects: 'the name of a service account; or nothing',
    },
  },
  facts: [
    { name: 'pod', title: 'Pod' },
    { name: 'container', title: 'Container' },
    { name: 'node', title: 'Node' },
  ],
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

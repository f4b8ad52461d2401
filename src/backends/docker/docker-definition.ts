import type { BackendDefinition } from '../../engine/contract/backend-definition.ts';
import { toSymphonyError } from '../../engine/contract/errors.ts';
import { withHint } from '../../engine/text/sentences.ts';
import { gpuDefinition } from '../kit/gpus/gpu-definition.ts';
import type { DockerSection } from './section/section-types.ts';

export type { DockerSection };

declare module '../../engine/contract/extensions.ts' {
  interface BackendSections {
    readonly docker?: DockerSection;
  }
  interface BackendOptions {
    /** `dockerContext`: a Docker context, instead of that of the setting. */
    readonly docker: { readonly dockerContext?: string };
  }
  interface BackendSettings {
    /** Empty for the engine that the docker command uses. */
    readonly dockerContext: string;
    readonly dockerPublish: string;
  }
}

/** Describes the docker backend and loads it on demand. */
export const dockerDefinition: BackendDefinition = {
  ...gpuDefinition,
  summary: 'Containers of a Docker or Podman engine, of this machine or another',
  options: ['dockerContext'],
  section: {
    paths: ['build', 'build.context'],
    schemas: async () => (await import('./section/json-schemas.ts')).dockerSectionSchemas(),
  },
  environment: {
    'DOCKER_HOST, DOCKER_CONTEXT, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH, DOCKER_CONFIG':
      'On Docker: the engine, as the docker command finds it.',
  },
  settings: {
    ...gpuDefinition.settings,
    dockerContext: {
      schema: { type: 'string' },
      default: '',
      description: 'The Docker context that docker uses; found as the docker command finds it if empty',
      expects: 'the name of a context; or nothing',
      flag: { value: 'name', description: 'the Docker context' },
    },
    dockerPublish: {
      schema: { type: 'string', pattern: '^[0-9a-fA-F.:]+$' },
      default: '127.0.0.1',
      description: 'The address of the engine’s machine at which docker publishes exposed services; 0.0.0.0 for all',
      expects: 'an IP address',
    },
  },
  facts: [{ name: 'container', title: 'Container' }, ...gpuDefinition.facts],
  check: async () => {
    try {
      const { checkDocker } = await import('./check-docker.ts');
      return await checkDocker();
    } catch (error) {
      const { message, hint } = toSymphonyError(error);
      return { works: false, detail: withHint(message, hint) };
    }
  },
  load: async (options) => {
    const { DockerBackend } = await import('./docker-backend.ts');
    return new DockerBackend(options);
  },
};

import type { BackendCheck } from '../../engine/contract/backend-definition.ts';
import { describeEndpoint } from './api/connection/engine-endpoint.ts';
import { EngineClient } from './api/engine-client.ts';
import { type EngineInfo, isRootless } from './api/engine-objects.ts';
import { chosenEndpoint } from './docker-options.ts';

const timeoutSeconds = 10;

/** Checks whether the engine answers, and says which it is. @throws SymphonyError if it cannot be used */
export async function checkDocker(): Promise<BackendCheck> {
  const endpoint = await chosenEndpoint();
  const client = new EngineClient(endpoint);
  try {
    const { apiVersion, isPodman } = await client.identity();
    const info = await client.info(AbortSignal.timeout(timeoutSeconds * 1000));
    if (info.OSType !== undefined && info.OSType !== 'linux')
      return {
        works: false,
        detail: `${describeEndpoint(endpoint)} runs ${info.OSType} containers, not those of Linux`,
      };
    const kind = isPodman ? 'Podman' : 'Docker';
    const version = `${kind} ${info.ServerVersion ?? 'of unknown version'} (API ${apiVersion})`;
    return { works: true, detail: `${version}, ${privileges(info)}, at ${describeEndpoint(endpoint)}${machine(info)}` };
  } finally {
    client.close();
  }
}

function privileges(info: EngineInfo): string {
  return isRootless(info) ? 'rootless' : 'as root';
}

function machine({ Name: name }: EngineInfo): string {
  return name === undefined || name === '' ? '' : ` on ${name}`;
}

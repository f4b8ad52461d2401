import { readSetting } from '../../engine/settings/config.ts';
import type { EngineEndpoint } from './api/connection/engine-endpoint.ts';
import { findEndpoint } from './api/connection/find-endpoint.ts';

/** The engine of the given options (`dockerContext`), else of the settings, else that of the docker command. */
export async function chosenEndpoint(options: Readonly<Record<string, unknown>> = {}): Promise<EngineEndpoint> {
  const given = typeof options.dockerContext === 'string' ? options.dockerContext : undefined;
  const context = given ?? (await readSetting('dockerContext'));
  return findEndpoint(context === '' ? {} : { context });
}

import { gunzipSync, gzipSync } from 'node:zlib';
import type { Manifest } from './manifest.ts';
import { type ManifestContext, metadata } from './manifest-context.ts';
import { ownObjectName } from './object-names.ts';

/** The role of the ConfigMaps that keep pods as they were launched. */
export const templatesRole = 'pods';

/**
 * Bytes of compressed pods in one ConfigMap, which holds 1 MiB: the rest is for the counts of restarts. 5,000 replicas that
 * differ in little more than their names take about 130 kB.
 */
const maxBytes = 600 * 1024;

/** ConfigMaps that keep the pods of a launch as they are created, so that one that is gone can be created once more. */
export function podTemplateObjects(
  pods: readonly Manifest[],
  context: Pick<ManifestContext, 'location' | 'launchId'>,
  limit = maxBytes,
): Manifest[] {
  return compressed(pods, limit).map((bytes, index) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(context, ownObjectName(context.location, `pods-${index}`), templatesRole),
    binaryData: { pods: bytes.toString('base64') },
  }));
}

/** The pods that such a ConfigMap keeps. @throws if it was edited into something else */
export function readPodTemplates({ binaryData }: { readonly [field: string]: unknown }): Manifest[] {
  const { pods = '' } = (binaryData ?? {}) as { readonly pods?: string };
  return JSON.parse(gunzipSync(Buffer.from(pods, 'base64')).toString('utf8')) as Manifest[];
}

function compressed(pods: readonly Manifest[], limit: number): Buffer[] {
  const bytes = gzipSync(JSON.stringify(pods));
  if (bytes.byteLength <= limit || pods.length <= 1) return [bytes];
  const half = Math.ceil(pods.length / 2);
  return [pods.slice(0, half), pods.slice(half)].flatMap((part) => compressed(part, limit));
}

import { gunzipSync, gzipSync } from 'node:zlib';
import type { Manifest } from './manifest.ts';
import { type ManifestContext, metadata } from './manifest-context.ts';
import { type KubeLocation, ownObjectName } from './object-names.ts';

/** The role of the ConfigMaps with pod templates. */
export const templatesRole = 'pods';

/**
 * Limit of compressed pods per ConfigMap in bytes. A ConfigMap holds 1 MiB; the rest is for restart counts. 5,000
 * replicas that differ in little more than their names take about 130 kB.
 */
const maxBytes = 600 * 1024;

/** The number of ConfigMaps with pod templates that every supervisor may change. */
export const reservedTemplates = 8;

/** ConfigMaps with the pods of a launch as created, so that a missing pod can be created again. */
export function podTemplateObjects(
  pods: readonly Manifest[],
  context: Pick<ManifestContext, 'location' | 'launchId'>,
  limit = maxBytes,
): Manifest[] {
  return compressed(pods, limit).map((bytes, index) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(context, templatesName(context.location, index), templatesRole),
    binaryData: { pods: bytes.toString('base64') },
  }));
}

function templatesName(location: KubeLocation, index: number): string {
  return ownObjectName(location, `pods-${index}`);
}

/**
 * The names of the ConfigMaps with pod templates that a supervisor may change: more than exist at first, because the
 * experiment may be scaled, and its rights do not change then.
 * @param count those that exist
 */
export function templatesNames(location: KubeLocation, count: number): string[] {
  return Array.from({ length: Math.max(count, reservedTemplates) }, (_, index) => templatesName(location, index));
}

/** Reads the pods in such a ConfigMap. @throws if the content was changed to an unknown form */
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

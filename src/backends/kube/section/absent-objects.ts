import type { KubeSection } from './section-types.ts';

/** An object that a section refers to, with the path of the reference inside the section. */
interface Reference {
  readonly path: string;
  /** Kind and name for messages: `the service account learner`. */
  readonly what: string;
}

/** Objects that Kubernetes creates in every namespace. */
const builtInObjects = new Set(['the service account default', 'the ConfigMap kube-root-ca.crt']);

/**
 * Objects that a section refers to and that a namespace made by the launch cannot contain, because the launch creates
 * the first pods right after the namespace. References marked `optional` are left out.
 */
export function absentObjects(section: KubeSection): Reference[] {
  const { serviceAccount, imagePullSecrets = [], volumes = [], patch } = section;
  const found: Reference[] = [
    ...named('serviceAccount', 'the service account', serviceAccount),
    ...list(imagePullSecrets).flatMap((name) => named('imagePullSecrets', 'the Secret', name)),
    ...volumes.flatMap((volume, index) => volumeReferences(volume, `volumes[${index}]`)),
    ...patchReferences(patch?.spec),
  ];
  return found.filter(({ what }) => !builtInObjects.has(what));
}

/** The sources of a volume; sections and pods use the same names for them. */
interface Sources {
  readonly secret?: unknown;
  readonly configMap?: unknown;
  readonly persistentVolumeClaim?: unknown;
  readonly git?: { readonly secret?: string };
}

function volumeReferences(volume: Sources, at: string): Reference[] {
  return [
    ...source(`${at}.secret`, 'the Secret', volume.secret, 'secretName'),
    ...source(`${at}.configMap`, 'the ConfigMap', volume.configMap, 'name'),
    ...source(`${at}.persistentVolumeClaim`, 'the claim', volume.persistentVolumeClaim, 'claimName'),
    ...named(`${at}.git.secret`, 'the Secret', volume.git?.secret),
  ];
}

function patchReferences(spec: unknown): Reference[] {
  if (!isMap(spec)) return [];
  const { serviceAccountName, imagePullSecrets, volumes } = spec;
  return [
    ...named('patch.spec.serviceAccountName', 'the service account', serviceAccountName),
    ...maps(imagePullSecrets).flatMap(({ name }) => named('patch.spec.imagePullSecrets', 'the Secret', name)),
    ...maps(volumes).flatMap((volume, index) => volumeReferences(volume, `patch.spec.volumes[${index}]`)),
  ];
}

/** A volume's source is a name, or a map in Kubernetes' own form. */
function source(path: string, kind: string, value: unknown, key: string): Reference[] {
  if (!isMap(value)) return named(path, kind, value);
  return value.optional === true ? [] : named(path, kind, value[key]);
}

function named(path: string, kind: string, name: unknown): Reference[] {
  return typeof name === 'string' ? [{ path, what: `${kind} ${name}` }] : [];
}

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

function maps(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isMap) : [];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type {
  V1Container,
  V1EmptyDirVolumeSource,
  V1PersistentVolumeClaimVolumeSource,
  V1Volume,
  V1VolumeMount,
} from '@kubernetes/client-node';
import { SymphonyError } from '../../../../engine/contract/errors.ts';
import { parseSize } from '../../../../engine/text/quantities.ts';
import type { ToApi } from '../../api/api-types.ts';
import type { VolumeInput } from '../../section/section-types.ts';
import { gitClone } from './git-clone.ts';
import { formatBytes } from './quantity.ts';

/** A volume without its name. */
export type VolumeSource = Omit<ToApi<V1Volume>, 'name'>;

/** Collects the volumes of one pod; a source that several containers mount becomes one volume. */
export class PodVolumes {
  readonly #sources = new Map<string, { readonly json: string; readonly source: VolumeSource }>();
  readonly #named = new Map<string, string>();
  readonly initContainers: ToApi<V1Container>[] = [];
  #sharedMemory = 0;

  /** The volumes for the pod's spec. */
  get volumes(): ToApi<V1Volume>[] {
    const declared = [...this.#sources].map(([name, { source }]) => ({ name, ...source }));
    if (this.#sharedMemory === 0) return declared;
    const emptyDir = { medium: 'Memory', sizeLimit: formatBytes(this.#sharedMemory) };
    return [...declared, { name: sharedMemoryName, emptyDir }];
  }

  /**
   * Adds a volume of Symphony's own and returns its mount.
   * @param name without the prefix that distinguishes it from volumes of the spec
   */
  own(name: string, source: VolumeSource, mount: Omit<ToApi<V1VolumeMount>, 'name'>): ToApi<V1VolumeMount> {
    this.#add(`symphony-${name}`, source, '');
    return { name: `symphony-${name}`, ...mount };
  }

  /** Mounts `/dev/shm` with the largest size that a container of the pod requests: they share it. */
  sharedMemory(size: number | string): ToApi<V1VolumeMount> {
    this.#sharedMemory = Math.max(this.#sharedMemory, parseSize(size) ?? 0);
    return { name: sharedMemoryName, mountPath: '/dev/shm' };
  }

  /** Adds a declared volume and returns its mount. @param path its path in the spec */
  declared(volume: VolumeInput, path: string): ToApi<V1VolumeMount> {
    const source = volumeSource(volume);
    const json = JSON.stringify(volume.git ?? source);
    const name = volume.name ?? this.#named.get(json) ?? `volume-${this.#named.size}`;
    if (volume.name === undefined) this.#named.set(json, name);
    const isNew = this.#add(name, source, path, json);
    if (isNew && volume.git !== undefined) {
      const { initContainer, volumes } = gitClone(volume.git, name, this.initContainers.length);
      this.initContainers.push(initContainer);
      for (const { name: extra, ...extraSource } of volumes) this.#add(String(extra), extraSource, path);
    }
    return {
      name,
      mountPath: volume.mount,
      ...(volume.subPath === undefined ? {} : { subPath: volume.subPath }),
      ...(volume.readOnly === undefined ? {} : { readOnly: volume.readOnly }),
    };
  }

  /** Adds a volume; returns false if the pod has the same one already. */
  #add(name: string, source: VolumeSource, path: string, json = JSON.stringify(source)): boolean {
    const known = this.#sources.get(name);
    if (known !== undefined && known.json !== json) {
      throw new SymphonyError('invalid-spec', `${path}: there is another volume ${name} in the same pod.`, {
        hint: 'Give it another name.',
      });
    }
    this.#sources.set(name, { json, source });
    return known === undefined;
  }
}

const sharedMemoryName = 'symphony-shared-memory';

function volumeSource(volume: VolumeInput): VolumeSource {
  const { nfs, hostPath, emptyDir, secret, configMap, persistentVolumeClaim, raw } = volume;
  if (nfs !== undefined) return { nfs: { server: nfs.server, path: nfs.path } };
  if (hostPath !== undefined) return { hostPath: typeof hostPath === 'string' ? { path: hostPath } : { ...hostPath } };
  if (emptyDir !== undefined) return { emptyDir: emptyDirSource(emptyDir) };
  if (secret !== undefined) return { secret: typeof secret === 'string' ? { secretName: secret } : { ...secret } };
  if (configMap !== undefined)
    return { configMap: typeof configMap === 'string' ? { name: configMap } : { ...configMap } };
  if (persistentVolumeClaim !== undefined) {
    const claim =
      typeof persistentVolumeClaim === 'string' ? { claimName: persistentVolumeClaim } : persistentVolumeClaim;
    // The server checks the fields that the spec gives.
    return { persistentVolumeClaim: { ...claim } as ToApi<V1PersistentVolumeClaimVolumeSource> };
  }
  return raw === undefined ? { emptyDir: {} } : { ...raw };
}

function emptyDirSource({ medium, size }: NonNullable<VolumeInput['emptyDir']>): ToApi<V1EmptyDirVolumeSource> {
  const bytes = size === undefined ? undefined : parseSize(size);
  return { ...(medium ? { medium } : {}), ...(bytes === undefined ? {} : { sizeLimit: formatBytes(bytes) }) };
}

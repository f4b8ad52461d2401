import { SymphonyError } from '../../../../engine/contract/errors.ts';
import { parseSize } from '../../../../engine/text/quantities.ts';
import type { VolumeInput } from '../../section/section-types.ts';
import type { Json } from '../manifest.ts';
import { gitClone } from './git-clone.ts';
import { formatBytes } from './quantity.ts';

/** Collects the volumes of one pod; a source that several containers mount becomes one volume. */
export class PodVolumes {
  readonly #sources = new Map<string, { readonly json: string; readonly source: Json }>();
  readonly #named = new Map<string, string>();
  readonly initContainers: Json[] = [];
  #sharedMemory = 0;

  /** The volumes for the pod's spec. */
  get volumes(): Json[] {
    const declared = [...this.#sources].map(([name, { source }]) => ({ name, ...source }));
    if (this.#sharedMemory === 0) return declared;
    const emptyDir = { medium: 'Memory', sizeLimit: formatBytes(this.#sharedMemory) };
    return [...declared, { name: sharedMemoryName, emptyDir }];
  }

  /**
   * Adds a volume of Symphony's own and returns its mount.
   * @param name without the prefix that distinguishes it from volumes of the spec
   */
  own(name: string, source: Json, mount: Json): Json {
    this.#add(`symphony-${name}`, source, '');
    return { name: `symphony-${name}`, ...mount };
  }

  /** Mounts `/dev/shm` with the largest size that a container of the pod requests: they share it. */
  sharedMemory(size: number | string): Json {
    this.#sharedMemory = Math.max(this.#sharedMemory, parseSize(size) ?? 0);
    return { name: sharedMemoryName, mountPath: '/dev/shm' };
  }

  /** Adds a declared volume and returns its mount. @param path its path in the spec */
  declared(volume: VolumeInput, path: string): Json {
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
  #add(name: string, source: Json, path: string, json = JSON.stringify(source)): boolean {
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

function volumeSource(volume: VolumeInput): Json {
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
    return { persistentVolumeClaim: { ...claim } };
  }
  return raw === undefined ? { emptyDir: {} } : { ...raw };
}

function emptyDirSource({ medium, size }: NonNullable<VolumeInput['emptyDir']>): Json {
  const bytes = size === undefined ? undefined : parseSize(size);
  return { ...(medium ? { medium } : {}), ...(bytes === undefined ? {} : { sizeLimit: formatBytes(bytes) }) };
}

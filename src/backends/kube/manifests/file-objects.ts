import { posix } from 'node:path';
import type { V1VolumeMount } from '@kubernetes/client-node';
import { formatProcess } from '../../../engine/contract/status.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { type CarriedFile, filesKey, placeholderFiles } from '../../kit/files/carried-file.ts';
import type { ToApi } from '../api/api-types.ts';
import type { Manifest } from './manifest.ts';
import { type ManifestContext, metadata } from './manifest-context.ts';
import { fileItems, filesData } from './object-data.ts';
import { ownObjectName } from './object-names.ts';
import type { PodVolumes } from './pod/pod-volumes.ts';

interface FileSet {
  /** The number in the ConfigMap's name. */
  readonly number: number;
  readonly name: string;
  readonly files: readonly CarriedFile[];
}

/** Builds the ConfigMaps that carry the programs' own files; processes with the same files share one. */
export class FileObjects {
  readonly objects: Manifest[] = [];
  readonly #sets = new Map<string, FileSet>();
  readonly #context: ManifestContext;

  constructor(context: ManifestContext) {
    this.#context = context;
  }

  /** The mounts that put each file of a process at its path below the folder. The folder itself stays writable. */
  mounts(resolvedProcess: ResolvedProcess, folder: string, volumes: PodVolumes): ToApi<V1VolumeMount>[] {
    if (resolvedProcess.files.length === 0) return [];
    const { number, name, files } = this.#setOf(resolvedProcess);
    const source = { configMap: { name, items: fileItems(files) } };
    return files.map(({ path }) =>
      volumes.own(`files-${number}`, source, { mountPath: posix.join(folder, path), subPath: path, readOnly: true }),
    );
  }

  #setOf(resolvedProcess: ResolvedProcess): FileSet {
    const key = filesKey(resolvedProcess);
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const number = this.#sets.size;
    const files = this.#context.files?.get(formatProcess(resolvedProcess)) ?? placeholderFiles(resolvedProcess);
    const set = { number, name: ownObjectName(this.#context.location, `files-${number}`), files };
    this.#sets.set(key, set);
    this.objects.push({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: metadata(this.#context, set.name, 'files'),
      ...filesData(files, `files of ${resolvedProcess.path}`),
    });
    return set;
  }
}

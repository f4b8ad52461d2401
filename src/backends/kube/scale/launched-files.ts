import type { V1PodSpec } from '@kubernetes/client-node';
import { formatProcess } from '../../../engine/contract/status.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { type CarriedFile, filesKey } from '../../kit/files/carried-file.ts';
import type { FromApi } from '../api/api-types.ts';
import type { KubeObject } from '../api/kube-object.ts';

/**
 * The files that the launch carried for processes, without their content: only their ConfigMaps have that. The disk of the
 * launching machine is not read again, because it may be another machine, or the files may have changed.
 * @param processes those that need files
 * @param launched the processes whose pods are known
 * @param templateOf the pod of a launched process
 * @returns by process; a process whose files are not known is missing
 */
export function launchedFiles(
  processes: readonly ResolvedProcess[],
  launched: readonly ResolvedProcess[],
  templateOf: (launched: ResolvedProcess) => KubeObject | undefined,
): ReadonlyMap<string, readonly CarriedFile[]> {
  const sets = new Map<string, readonly CarriedFile[]>();
  for (const resolvedProcess of launched) {
    const key = filesKey(resolvedProcess);
    if (resolvedProcess.files.length === 0 || sets.has(key)) continue;
    const files = filesIn(templateOf(resolvedProcess), resolvedProcess.name);
    if (files !== undefined) sets.set(key, files);
  }
  return new Map(
    processes.flatMap((resolvedProcess) => {
      const files = sets.get(filesKey(resolvedProcess));
      return resolvedProcess.files.length === 0 || files === undefined
        ? []
        : [[formatProcess(resolvedProcess), files] as const];
    }),
  );
}

/** The files that a container mounts, from the volume of Symphony's own that has them. */
function filesIn(pod: KubeObject | undefined, container: string): CarriedFile[] | undefined {
  const spec: FromApi<V1PodSpec> = pod?.spec ?? {};
  const mounts = spec.containers?.find(({ name }) => name === container)?.volumeMounts ?? [];
  const mounted = mounts.find(({ name }) => /^symphony-files-\d+$/.test(name))?.name;
  const volume = spec.volumes?.find(({ name }) => name === mounted);
  return volume?.configMap?.items?.map(({ path, mode = 0o644 }) => ({ path, mode, content: new Uint8Array() }));
}

import type { Problem } from '../../../engine/spec/problem.ts';
import { labels } from '../manifests/labels.ts';
import type { KubeSection } from './section-types.ts';

const reservedMessage = 'is set by Symphony, which uses it to find, own and delete the pod';

/** Fields of a pod's metadata that a patch must not change. */
const ownFields = ['name', 'namespace', 'generateName', 'uid', 'ownerReferences'] as const;

/** Problems where labels, annotations or the patch of a section overwrite fields by which Symphony finds its pods. */
export function ownershipProblems({ labels: own, annotations, patch = {} }: KubeSection): Problem[] {
  const { metadata, spec } = patch;
  const top = ['apiVersion', 'kind', 'status'].filter((field) => field in patch);
  return [
    ...ownNames(own, ['labels']),
    ...ownNames(annotations, ['annotations']),
    ...top.map((field) => ({ path: ['patch', field], message: reservedMessage })),
    ...(metadata === null ? [{ path: ['patch', 'metadata'], message: reservedMessage }] : metadataProblems(metadata)),
    ...(spec === null ? [{ path: ['patch', 'spec'], message: 'removes all of the pod' }] : containerProblems(spec)),
  ];
}

function metadataProblems(metadata: unknown): Problem[] {
  if (!isMap(metadata)) return [];
  const path = ['patch', 'metadata'];
  const fields = ownFields.filter((field) => field in metadata);
  return [
    ...fields.map((field) => ({ path: [...path, field], message: reservedMessage })),
    ...(metadata.labels === null ? [{ path: [...path, 'labels'], message: reservedMessage }] : []),
    ...ownNames(metadata.labels, [...path, 'labels']),
    ...ownNames(metadata.annotations, [...path, 'annotations']),
  ];
}

function containerProblems(spec: unknown): Problem[] {
  if (!isMap(spec) || !('containers' in spec)) return [];
  const path = ['patch', 'spec', 'containers'];
  if (!Array.isArray(spec.containers)) return [{ path, message: 'must be a list of containers, each with its name' }];
  return spec.containers.flatMap((container, index) =>
    isMap(container) && typeof container.name === 'string'
      ? []
      : [{ path: [...path, index], message: 'has no name; a container is patched by the name of its process' }],
  );
}

function ownNames(map: unknown, path: readonly string[]): Problem[] {
  if (!isMap(map)) return [];
  const names = Object.keys(map).filter((name) => name === labels.managedBy || name.startsWith('symphony/'));
  return names.map((name) => ({ path: [...path, name], message: reservedMessage }));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { KubeObject } from '../api/kube-object.ts';

/** Without what nobody looks at, which is most of a pod: thousands of them are kept. */
export function slim(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata as KubeObject['metadata'] & { managedFields?: unknown };
  if (object.spec?.containers === undefined) return { ...object, metadata };
  const { nodeName, restartPolicy, schedulerName, containers } = object.spec;
  const slimmed = containers.map(
    ({ name, image, resources, readinessProbe, livenessProbe }: Record<string, unknown>) => ({
      name,
      image,
      resources,
      readinessProbe,
      livenessProbe,
    }),
  );
  return { metadata, spec: { nodeName, restartPolicy, schedulerName, containers: slimmed }, status: object.status };
}

import type { KubeObject } from '../api/kube-object.ts';

/** Drops the fields that Symphony does not read, which are most of a pod: thousands of pods are kept in memory. */
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

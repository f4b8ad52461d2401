import type { KubeListMetadata, KubeMetadata } from './api-types.ts';

/** Any object as the Kubernetes API gives it; a `Manifest` is what the API is sent. Code that knows the kind reads its fields. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: KubeMetadata;
  // biome-ignore lint/suspicious/noExplicitAny: each kind has fields of its own, and newer servers send more than we know.
  readonly [field: string]: any;
}

export interface KubeList<Item extends KubeObject = KubeObject> {
  readonly metadata: KubeListMetadata;
  readonly items: readonly Item[];
}

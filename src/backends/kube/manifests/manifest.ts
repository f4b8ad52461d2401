import type { V1OwnerReference } from '@kubernetes/client-node';
import type { ToApi } from '../api/api-types.ts';

/** A manifest: the API server receives it, and a plan shows it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly ToApi<V1OwnerReference>[];
  };
  readonly [field: string]: unknown;
}

import type { ExperimentSpec } from '../../../engine/spec/experiment-spec.ts';
import type { AssignedService } from '../../../engine/spec/resolve/networking.ts';
import type { SecretValues } from '../../../engine/spec/resolve/secrets.ts';
import type { CarriedFile } from '../../kit/files/carried-file.ts';
import type { Supervision } from './experiment-record.ts';
import { experimentLabels, labels } from './labels.ts';
import type { Manifest } from './manifest.ts';
import type { KubeLocation } from './object-names.ts';

/** The inputs of manifests in addition to the experiment itself. */
export interface ManifestContext {
  readonly location: KubeLocation;
  readonly launchId: string;
  /** Symphony's version. */
  readonly version: string;
  readonly spec: ExperimentSpec;
  readonly services: readonly AssignedService[];
  /** What the record says about the supervisor. */
  readonly supervision?: Supervision | undefined;
  /** By process, from `resolveSecretValues`; absent for a plan, which shows placeholders. */
  readonly secretValues?: ReadonlyMap<string, SecretValues>;
  /** By process, from `readCarriedFiles`; absent for a plan, which shows placeholders. */
  readonly files?: ReadonlyMap<string, readonly CarriedFile[]>;
}

/** The metadata of one of the experiment's objects. */
export function metadata(
  { location, launchId }: Pick<ManifestContext, 'location' | 'launchId'>,
  name: string,
  role: string,
): Manifest['metadata'] & { readonly labels: Record<string, string> } {
  const own = { ...experimentLabels(location.experiment, launchId), [labels.role]: role };
  return { name, namespace: location.namespace, labels: own };
}

import type { Cluster } from '../../src/engine/client/cluster.ts';
import type { CapabilityName } from '../../src/engine/contract/capabilities.ts';
import type { ProcessSpec } from '../../src/engine/spec/experiment-spec.ts';

/** Fields and abilities that a backend may refuse; the suite then expects the refusal. */
type OptionalFeature =
  | 'restart'
  | 'maxRestarts'
  | 'onFailure'
  | 'after'
  | 'endsWith'
  | 'maxDuration'
  | 'stopSignal'
  | 'previousOfEnded'
  | 'tty'
  | 'alive'
  | 'openLines'
  | 'killWhileEnding'
  /** The exit code or the signal of a process that was told to end. */
  | 'exitOfStopped'
  /** Other numbers of replicas of a process inside of a group that stays. */
  | 'scaleInGroup';

/** What the suite needs to know about a backend. */
export interface ContractHarness {
  /** Opens a cluster for the suite alone; called once. */
  open(): Promise<OpenCluster>;
  /** Fields that every process of the suite gets, such as an image. */
  readonly processDefaults?: Partial<ProcessSpec>;
  /** The command that starts Node.js inside a process. */
  readonly node: string;
  /** The capabilities that `cluster.capabilities` must offer, and no others. */
  readonly capabilities: readonly CapabilityName[];
  /** The fields that this backend accepts and does not enforce; its plan must have a note for each, and no other note. */
  readonly notEnforced: readonly ('resources.cpu' | 'resources.memory')[];
  /** What the backend does with `resources.gpu`; `handedOut` are the ids of the GPUs that the suite has for itself. */
  readonly gpus: 'requested' | 'not-enforced' | { readonly handedOut: readonly string[] };
  /** The features that this backend refuses. */
  readonly refused: readonly OptionalFeature[];
  /** Factor on every time limit of the suite, for slower backends. */
  readonly slowness: number;
}

export interface OpenCluster {
  readonly cluster: Cluster;
  /** A folder whose files survive from one run of a process to the next. */
  readonly scratch: string;
  /** Another client of the same cluster, as another program would use it. */
  connect(): Promise<Cluster>;
  /** Descriptions of whatever still runs of a launch, found without Symphony. */
  leftovers(launchId: string): Promise<readonly string[]>;
  /** Closes the cluster; throws naming whatever is left. */
  close(): Promise<void>;
}

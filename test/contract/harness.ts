import type { CapabilityName } from '../../src/engine/capabilities.ts';
import type { Cluster } from '../../src/engine/cluster.ts';
import type { ProcessSpec } from '../../src/engine/spec/experiment-spec.ts';

/** Fields and abilities that a backend may refuse in its plan, and the suite then expects to be refused. */
type OptionalFeature = 'maxRestarts' | 'onFailure' | 'stopSignal' | 'previousOfEnded';

/** What the suite must know of a backend to hold it to the contract. */
export interface ContractHarness {
  /** Opens a cluster that nobody else uses; called once for the whole suite. */
  open(): Promise<OpenCluster>;
  /** What every process of the suite is given, such as an image. */
  readonly processDefaults?: Partial<ProcessSpec>;
  /** How to start Node.js inside a process. */
  readonly node: string;
  /** Exactly what `cluster.capabilities` must offer. */
  readonly capabilities: readonly CapabilityName[];
  /** Fields of a process that this backend takes and does not enforce, of `resources.cpu` and `resources.memory`. */
  readonly notEnforced?: readonly string[];
  /** What this backend refuses. */
  readonly refused?: readonly OptionalFeature[];
  /** Times the patience of the suite, for backends that take longer. */
  readonly slowness: number;
}

export interface OpenCluster {
  readonly cluster: Cluster;
  /** A folder in which processes can keep files from one run to the next. */
  readonly scratch: string;
  /** Another client of the same cluster, as another program would have. */
  connect(): Promise<Cluster>;
  /** What still runs of a launch, in words, as far as it can be seen from outside Symphony. */
  leftovers(launchId: string): Promise<readonly string[]>;
  /** Closes it, and throws naming whatever is left of anything. */
  close(): Promise<void>;
}

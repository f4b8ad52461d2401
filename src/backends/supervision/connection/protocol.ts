import type { ScaleResult } from '../../../engine/contract/capabilities.ts';
import type { WireError } from '../../../engine/contract/errors.ts';
import type { NotifySettings } from '../../../engine/contract/notices.ts';
import type { ExperimentStatus, ProcessReference } from '../../../engine/contract/status.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../../engine/contract/watch.ts';
import type { HistoryLimits } from '../../../engine/history/history-limits.ts';
import type { ExperimentSpec } from '../../../engine/spec/experiment-spec.ts';
import type { ReplicaCounts } from '../../../engine/spec/scale-spec.ts';
import type { Gpu } from '../../kit/gpus/gpu.ts';
import type { ExperimentRuntime } from '../records/experiment-runtime.ts';
import type { LaunchingShell } from '../runs/launching-shell.ts';

/** Incremented whenever an older side could not understand a newer one. */
export const protocolVersion = 2;

/** A request for some processes. `by` says what makes it, for the events; an older client does not. */
interface ProcessRequest {
  backend: string;
  name: string;
  processes: readonly ProcessReference[];
  by?: string;
}

/** The methods of a supervisor, with their parameters and results. */
export interface Methods {
  /** The first call on each connection. */
  hello: { params: { protocol: number; build: number }; result: { protocol: number; build: number; pid: number } };
  /** Answered at once, even while other requests are in progress; shows that the supervisor is alive. */
  ping: { params: Record<string, never>; result: null };
  /** Asks the supervisor to exit in favour of a newer one, after finishing its running requests. */
  retire: { params: Record<string, never>; result: null };
  launch: {
    params: {
      backend: string;
      spec: ExperimentSpec;
      shell: LaunchingShell;
      force: boolean;
      /** Stored in the record for the backend. */
      options: Readonly<Record<string, string>>;
      /** The GPUs that its processes may get; absent if none of them wants one. */
      gpus?: readonly Gpu[];
      by?: string;
      /** Whom the launching user wants told, and the folder of the launch. */
      notify?: { settings: NotifySettings; folder: string };
      /** The limits of the history, for the experiment that the launch replaces; by default those of the settings. */
      history?: HistoryLimits | undefined;
    };
    /** `warnings` say what did not prevent the launch. */
    result: ExperimentSnapshot & { readonly warnings: readonly string[] };
  };
  /** Results in what could not be ended, in words, and in warnings. */
  delete: {
    params: { backend: string; name: string; by?: string; kill?: boolean; history?: HistoryLimits };
    result: { readonly leftovers: readonly string[]; readonly notes: readonly string[] };
  };
  stop: { params: ProcessRequest; result: null };
  restart: { params: ProcessRequest; result: null };
  /** Changes the numbers of replicas; undone if the client disconnects before it is done. */
  scale: { params: { backend: string; name: string; counts: ReplicaCounts; by?: string }; result: ScaleResult };
  list: { params: { backend: string }; result: readonly ExperimentStatus[] };
  snapshot: { params: { backend: string; name: string }; result: ExperimentSnapshot };
  runtime: { params: { backend: string; name: string }; result: ExperimentRuntime };
  /** Sends events until the connection closes. */
  watch: { params: { backend: string; name?: string }; result: null };
}

export type Method = keyof Methods;

export interface Request<Name extends Method = Method> {
  readonly id: number;
  readonly method: Name;
  readonly params: Methods[Name]['params'];
}

export type Response =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: WireError }
  | { readonly id: number; readonly event: WatchEvent };

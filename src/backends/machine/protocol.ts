import type { SymphonyError } from '../../engine/errors.ts';
import type { ExperimentSpec } from '../../engine/spec/experiment-spec.ts';
import type { ExperimentStatus, ProcessReference } from '../../engine/status.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../engine/watch.ts';
import type { LaunchingShell } from './prepare-launch.ts';
import type { ExperimentRuntime } from './process-status.ts';

/** Changes whenever an older side could not understand a newer one. */
export const protocolVersion = 1;

/** What can be asked of a supervisor: each method with what it takes and gives. */
export interface Methods {
  /** Comes first on each connection. */
  hello: { params: { protocol: number; build: number }; result: { protocol: number; build: number; pid: number } };
  /** Answered at once, also while other requests are being worked on: tells that it is alive. */
  ping: { params: Record<string, never>; result: null };
  /** Asks it to make room for a newer one: it finishes what it is doing, and exits. */
  retire: { params: Record<string, never>; result: null };
  launch: {
    params: {
      backend: string;
      spec: ExperimentSpec;
      shell: LaunchingShell;
      force: boolean;
      /** For the record, where the backend finds it again. */
      options: Readonly<Record<string, string>>;
    };
    result: ExperimentSnapshot;
  };
  delete: { params: { backend: string; name: string }; result: readonly string[] };
  stop: { params: { backend: string; name: string; processes: readonly ProcessReference[] }; result: null };
  restart: { params: { backend: string; name: string; processes: readonly ProcessReference[] }; result: null };
  list: { params: { backend: string }; result: readonly ExperimentStatus[] };
  snapshot: { params: { backend: string; name: string }; result: ExperimentSnapshot };
  runtime: { params: { backend: string; name: string }; result: ExperimentRuntime };
  /** Answers with events until the connection ends. */
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
  | { readonly id: number; readonly error: ReturnType<SymphonyError['toJSON']> }
  | { readonly id: number; readonly event: WatchEvent };

/** Takes the whole lines out of what has come so far. */
export class MessageSplitter {
  #rest: string[] = [];

  push(text: string): unknown[] {
    const lines = text.split('\n');
    if (lines.length === 1) {
      this.#rest.push(text);
      return [];
    }
    lines[0] = this.#rest.join('') + (lines[0] ?? '');
    this.#rest = [lines.pop() ?? ''];
    return lines.map((line) => JSON.parse(line));
  }
}

import { resolve } from 'node:path';
import { resolveName } from '../../../../engine/client/names/match.ts';
import type { Capabilities, CopyEnd, CopyOptions, Streams } from '../../../../engine/contract/capabilities.ts';
import { type LogLine, type LogOptions, type LogPiece, longestLineBytes } from '../../../../engine/contract/logs.ts';
import { type ProcessReference, sameProcess } from '../../../../engine/contract/status.ts';
import { absolutePath } from '../../../../engine/files/working-directory.ts';
import { launchingEnvironment } from '../../../../engine/spec/resolve/environment.ts';
import type { ResolvedExperiment } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import { noProcess, noTerminal, notRunning } from '../../../../engine/text/common-errors.ts';
import { formatUrl } from '../../../../engine/text/format-address.ts';
import type { Gpu } from '../../../kit/gpus/gpu.ts';
import { offerGpusOfHost } from '../../../kit/gpus/offer-gpus.ts';
import { attachTerminal } from '../../../kit/terminal/attach-terminal.ts';
import { detachHint } from '../../../kit/terminal/hand-over-terminal.ts';
import { SupervisedBackend } from '../../backend/supervised-backend.ts';
import type { ExperimentFolder } from '../../records/experiment-folder.ts';
import { experimentLogBytes, experimentLogs } from '../logs/experiment-logs.ts';
import { findKeeperRuns } from '../runs/find-keeper-runs.ts';
import { KeeperFiles } from '../runs/keeper-files.ts';
import { copyOnHost } from './copy-on-host.ts';
import { execOnHost } from './exec-on-host.ts';
import { sampleMetrics } from './sample-metrics.ts';

/**
 * A backend whose processes run under keepers on this host: their logs, launch files and terminals are files and
 * sockets here. Its runner is a `KeeperRunner`.
 */
export abstract class HostBackend extends SupervisedBackend {
  /** @param options see `SupervisedBackend` */
  constructor(name: string, options: Readonly<Record<string, unknown>> = {}) {
    super(name, findKeeperRuns, options);
  }

  /** Capabilities that every backend on this host has. */
  protected hostCapabilities(): Capabilities {
    return {
      ...this.supervisedCapabilities(),
      exec: {
        exec: async (name, reference, command, options) =>
          execOnHost(await this.#launchFile(name, reference), command, options),
      },
      shell: {
        shell: async (name, reference, options) =>
          execOnHost(await this.#launchFile(name, reference), ['/bin/sh', '-c', userShell], options),
      },
      attach: { detachHint, attach: (name, reference, options) => this.#attach(name, reference, options) },
      copy: { copy: (name, source, destination, options) => this.#copy(name, source, destination, options) },
      visit: { visit: (name, service) => this.#visit(name, service) },
      metrics: { metrics: (name, options) => sampleMetrics(() => this.listProcesses(name), options) },
      logBytes: { logBytes: (name, reference, options) => this.#logBytes(name, reference, options) },
    };
  }

  protected override offerGpus(
    resolved: ResolvedExperiment,
    signal: AbortSignal | undefined,
  ): Promise<readonly Gpu[] | undefined> {
    return offerGpusOfHost(resolved, launchingEnvironment(process.env), signal);
  }

  protected override secretsFolder(folder: string, key: string): string {
    return new KeeperFiles(folder).secrets(key);
  }

  override async *logBatches(
    experiment: string,
    processes: readonly ProcessReference[],
    options: LogOptions = {},
  ): AsyncGenerator<readonly LogLine[]> {
    const folder = await this.#logFolder(experiment, processes);
    // A follower depends on a supervisor that records new runs.
    if (options.follow) await this.link.connect();
    yield* experimentLogs(folder, processes, options);
  }

  async *#logBytes(
    experiment: string,
    reference: ProcessReference,
    options: LogOptions = {},
  ): AsyncGenerator<LogPiece> {
    const { stored, definition } = await this.lookup.findProcess(experiment, reference);
    if (definition.tty) {
      // The raw log of a terminal contains the keeper's end marks and the terminal's own line endings.
      for await (const lines of this.logBatches(experiment, [reference], { ...options, lineLimit: longestLineBytes }))
        for (const line of lines) yield line.kind === 'line' ? Buffer.from(`${line.text}\n`) : line;
      return;
    }
    if (options.follow) await this.link.connect();
    yield* experimentLogBytes(stored.folder, reference, options);
  }

  async #logFolder(experiment: string, wanted: readonly ProcessReference[]): Promise<ExperimentFolder> {
    const { folder, snapshot } = await this.lookup.find(experiment);
    const unknown = wanted.find((reference) => !snapshot.processes.some((status) => sameProcess(status, reference)));
    if (unknown !== undefined) throw noProcess(unknown, experiment, snapshot.processes);
    return folder;
  }

  async #attach(
    name: string,
    reference: ProcessReference,
    options: { readonly streams: Streams; readonly signal?: AbortSignal | undefined },
  ): Promise<'detached' | 'ended'> {
    const { stored, key, status, definition } = await this.lookup.findProcess(name, reference);
    if (!definition.tty) throw noTerminal(reference);
    if (status.state !== 'running' && status.state !== 'starting') throw notRunning(reference, status);
    const run = stored.runtime.processes[key]?.run ?? 1;
    return attachTerminal(new KeeperFiles(stored.folder.path).run(key, run), options);
  }

  async #copy(name: string, source: CopyEnd, destination: CopyEnd, options: CopyOptions = {}): Promise<void> {
    const place = async (end: CopyEnd) => {
      if (end.process === undefined) return absolutePath(end.path);
      const { definition } = await this.lookup.findProcess(name, end.process);
      return resolve(definition.startDir, end.path);
    };
    await copyOnHost(await place(source), await place(destination), options);
  }

  async #visit(name: string, wanted: string) {
    const { services } = (await this.lookup.find(name)).snapshot.experiment;
    const found = resolveName(
      'service',
      wanted,
      services.map((service) => service.name),
    );
    const { host, port, url } = services.find((service) => service.name === found) as (typeof services)[number];
    return { url: url ?? formatUrl(host, port), host, port, held: false, close: () => Promise.resolve() };
  }

  async #launchFile(name: string, reference: ProcessReference): Promise<string> {
    const { stored, key } = await this.lookup.findProcess(name, reference);
    return new KeeperFiles(stored.folder.path).launchFile(key);
  }
}

/** The shell that the environment of the process names. */
const userShell = 'exec "${SHELL:-/bin/sh}"';

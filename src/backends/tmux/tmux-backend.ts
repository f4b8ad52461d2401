import type { ExperimentDescription } from '../../engine/contract/backend.ts';
import type { AttachCapability, Capabilities } from '../../engine/contract/capabilities.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import type { Plan } from '../../engine/contract/plan.ts';
import { processKey } from '../../engine/contract/process-key.ts';
import { formatProcess, isFinal } from '../../engine/contract/status.ts';
import type { ResolvedExperiment } from '../../engine/spec/resolve/resolved-experiment.ts';
import { advise } from '../../engine/text/advice.ts';
import { noProcess } from '../../engine/text/common-errors.ts';
import { HostBackend } from '../supervision/keeper/backend/host-backend.ts';
import { attachWindow, detachHint } from './attach-window.ts';
import { processMark } from './marks.ts';
import { planOnTmux } from './plan-on-tmux.ts';
import { findTmux } from './server/find-tmux.ts';
import { listPanes } from './server/panes.ts';
import { checkSocketName, ownSocketName, socketName } from './server/socket-name.ts';
import { TmuxServer } from './server/tmux-server.ts';

/** Runs processes on this machine in the windows of a tmux server, one session for each experiment. */
export class TmuxBackend extends HostBackend {
  override readonly capabilities: Capabilities = {
    ...this.hostCapabilities(),
    attach: { detachHint, attach: (...parameters) => this.#attach(...parameters) },
  };
  readonly #socket: string | undefined;

  /**
   * @param options `socket`: the tmux server for new experiments, as in `tmux -L`.
   * @throws SymphonyError `usage`
   */
  constructor(options: Readonly<Record<string, unknown>> = {}) {
    super('tmux', options);
    this.#socket = options.socket === undefined ? undefined : checkSocketName(options.socket);
  }

  override plan(experiment: ResolvedExperiment): Plan {
    return planOnTmux(experiment);
  }

  override async describeExperiment(name: string): Promise<ExperimentDescription> {
    const description = await super.describeExperiment(name);
    const socket = (await this.lookup.find(name)).record.options?.socket ?? ownSocketName();
    return { ...description, location: `${description.location}, tmux -L ${socket} attach -t =${name}` };
  }

  protected override async recordOptions(): Promise<Readonly<Record<string, string>>> {
    const [{ path }, socket] = await Promise.all([findTmux(), socketName(this.#socket)]);
    return { program: path, socket };
  }

  readonly #attach: AttachCapability['attach'] = async (name, reference, options) => {
    const { record, snapshot } = await this.lookup.find(name);
    const target = formatProcess(reference);
    if (!snapshot.processes.some((other) => formatProcess(other) === target))
      throw noProcess(reference, name, snapshot.processes);
    const server = await TmuxServer.of(record);
    const mark = processMark(record, processKey(reference));
    const pane = (await listPanes(server)).find((other) => other.processMark === mark);
    if (pane === undefined) {
      throw new SymphonyError('conflict', `The tmux window of ${target} no longer exists.`, {
        hint: advise(
          (say) =>
            `Read its output with: ${say.actOn('logs', target)}. Its next run gets a new window: ${say.actOn('restart', target)}`,
        ),
      });
    }
    await attachWindow(server, pane, options);
    const now = (await this.listProcesses(name)).find((other) => formatProcess(other) === target);
    return now === undefined || isFinal(now.state) ? 'ended' : 'detached';
  };
}

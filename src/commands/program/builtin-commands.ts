import { deleteExperiment } from '../experiments/delete.ts';
import { deleteBatch } from '../experiments/delete-batch.ts';
import { describe } from '../experiments/describe.ts';
import { events } from '../experiments/events.ts';
import { importFile } from '../experiments/import.ts';
import { launch } from '../experiments/launch.ts';
import { listExperiments } from '../experiments/list-experiments.ts';
import { spec } from '../experiments/spec.ts';
import { switchExperiment } from '../experiments/switch-experiment.ts';
import { wait } from '../experiments/wait.ts';
import { history } from '../history/history.ts';
import { ui } from '../interface/ui.ts';
import { attach } from '../processes/attach.ts';
import { exec } from '../processes/exec.ts';
import { listProcesses } from '../processes/list-processes.ts';
import { logs } from '../processes/logs.ts';
import { restart } from '../processes/restart.ts';
import { scale } from '../processes/scale.ts';
import { scp } from '../processes/scp.ts';
import { ssh } from '../processes/ssh.ts';
import { stop } from '../processes/stop.ts';
import { visit } from '../processes/visit.ts';
import { complete } from '../tool/complete.ts';
import { completion } from '../tool/completion.ts';
import { config } from '../tool/config.ts';
import { listBackends } from '../tool/list-backends.ts';
import { version } from '../tool/version.ts';
import type { CommandDefinition } from './command.ts';

/** Symphony's own commands, in the order of the help. */
export const builtinCommands: readonly CommandDefinition[] = [
  launch,
  listExperiments,
  describe,
  events,
  wait,
  spec,
  importFile,
  switchExperiment,
  deleteExperiment,
  deleteBatch,
  history,
  listProcesses,
  logs,
  visit,
  exec,
  ssh,
  attach,
  scp,
  stop,
  restart,
  scale,
  ui,
  config,
  listBackends,
  completion,
  version,
  complete,
];

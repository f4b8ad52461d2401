import { attach } from './attach.ts';
import type { CommandDefinition } from './command.ts';
import { complete } from './complete.ts';
import { completion } from './completion.ts';
import { config } from './config.ts';
import { deleteExperiment } from './delete.ts';
import { deleteBatch } from './delete-batch.ts';
import { describe } from './describe.ts';
import { exec } from './exec.ts';
import { launch } from './launch.ts';
import { listBackends } from './list-backends.ts';
import { listExperiments } from './list-experiments.ts';
import { listProcesses } from './list-processes.ts';
import { logs } from './logs.ts';
import { restart } from './restart.ts';
import { scp } from './scp.ts';
import { spec } from './spec.ts';
import { ssh } from './ssh.ts';
import { stop } from './stop.ts';
import { switchExperiment } from './switch-experiment.ts';
import { ui } from './ui.ts';
import { version } from './version.ts';
import { visit } from './visit.ts';
import { wait } from './wait.ts';

/** Symphony's own commands, in the order of the help. */
export const builtinCommands: readonly CommandDefinition[] = [
  launch,
  listExperiments,
  describe,
  wait,
  spec,
  switchExperiment,
  deleteExperiment,
  deleteBatch,
  listProcesses,
  logs,
  visit,
  exec,
  ssh,
  attach,
  scp,
  stop,
  restart,
  ui,
  config,
  listBackends,
  completion,
  version,
  complete,
];

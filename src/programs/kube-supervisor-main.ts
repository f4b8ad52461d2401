import './support/older-node.ts';
import { serviceAccountFolder } from '../backends/kube/api/credentials/in-cluster.ts';
import { loadPodConfig } from '../backends/kube/api/credentials/pod-config.ts';
import { KubeClient } from '../backends/kube/api/kube-client.ts';
import { ExperimentSupervisor } from '../backends/kube/supervisor/experiment-supervisor.ts';
import { notifyPath, readNotify } from '../backends/kube/supervisor/notify-secret.ts';
import { toSymphonyError } from '../engine/contract/errors.ts';

/** After this many unexpected errors within a minute the program exits, and Kubernetes starts it again. */
const maxFaults = 20;
const faultMilliseconds = 60_000;

let faults: number[] = [];

function report(line: string): void {
  console.log(`${new Date().toISOString()} ${line}`);
}

/** An unhandled error in one action must not end the supervision. */
function onFault(error: unknown): void {
  report(`unexpected error: ${error instanceof Error ? error.stack : String(error)}`);
  const now = performance.now();
  faults = [...faults.filter((time) => now - time < faultMilliseconds), now];
  if (faults.length >= maxFaults) process.exit(1);
}

function required(variable: string): string {
  const value = process.env[variable];
  if (value === undefined || value === '') throw new Error(`The environment has no ${variable}.`);
  return value;
}

process.on('uncaughtException', onFault);
process.on('unhandledRejection', onFault);
const ending = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ending.abort());
try {
  const place = {
    experiment: required('SYMPHONY_EXPERIMENT'),
    namespace: required('SYMPHONY_NAMESPACE'),
    record: required('SYMPHONY_RECORD'),
    launchId: required('SYMPHONY_LAUNCH'),
  };
  const client = new KubeClient(loadPodConfig(process.env, serviceAccountFolder));
  report(`keeps experiment ${place.experiment} in namespace ${place.namespace} to its rules`);
  await new ExperimentSupervisor(client, place, report, ending.signal, readNotify(notifyPath)).run();
  client.close();
} catch (error) {
  if (!ending.signal.aborted) {
    report(`ends: ${toSymphonyError(error).message}`);
    process.exit(1);
  }
}
process.exit(0);

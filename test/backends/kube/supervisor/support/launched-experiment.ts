import '../../../../../src/backends/index.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KubeNotify } from '../../../../../src/backends/kube/api/credentials/kube-options.ts';
import type { KubeObject } from '../../../../../src/backends/kube/api/kube-object.ts';
import { assignServices } from '../../../../../src/backends/kube/manifests/assign-services.ts';
import { buildManifests } from '../../../../../src/backends/kube/manifests/build-manifests.ts';
import { annotations } from '../../../../../src/backends/kube/manifests/labels.ts';
import { podTemplateObjects } from '../../../../../src/backends/kube/manifests/pod-templates.ts';
import { toKubeExperiment } from '../../../../../src/backends/kube/section/kube-experiment.ts';
import { locateExperiment } from '../../../../../src/backends/kube/section/kube-plan.ts';
import { ExperimentSupervisor } from '../../../../../src/backends/kube/supervisor/experiment-supervisor.ts';
import { isWaiting } from '../../../../../src/backends/kube/supervisor/supervised-rules.ts';
import { parseSpec } from '../../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../../src/engine/spec/resolve/resolve-experiment.ts';
import type { Lab } from '../../api/support/lab.ts';
import { ObjectServer, started } from './object-server.ts';

/** Stands before a server: it may answer a request itself, or pass it on. */
export type Intercept = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

export interface LaunchOptions {
  /** Where the supervisors send notices. */
  readonly notify?: KubeNotify;
  readonly intercept?: Intercept;
}

/** A launched experiment, and supervisors of it. */
export async function launch(lab: Lab, draft: object, { notify, intercept }: LaunchOptions = {}) {
  const objects = new ObjectServer();
  const spec = parseSpec({ name: 'rl', image: 'x', ...draft }, { baseDir: '/' });
  const resolved = resolveExperiment(spec);
  const location = locateExperiment(resolved);
  const services = assignServices(resolved, location);
  const rules = notify === undefined ? { isStrict: true } : { isStrict: false, isForNotices: true as const };
  const supervision = { kind: 'pod' as const, ...rules };
  const context = { location, launchId: 'launch-1', version: '0', spec, services, supervision };
  const built = buildManifests(toKubeExperiment(resolved, []), context);
  const pods = built.filter(({ kind }) => kind === 'Pod');
  const waiting = new Set(resolved.processes.filter(isWaiting).map(({ name }) => name));
  const launched = { [annotations.launched]: new Date().toISOString() };
  for (const object of [...built, ...podTemplateObjects(pods, context)]) {
    const isRecord = object.kind === 'ConfigMap' && object.metadata.labels['symphony/role'] === 'spec';
    const metadata = isRecord ? { ...object.metadata, annotations: launched } : object.metadata;
    if (object.kind === 'ConfigMap') objects.put('configmaps', { ...object, metadata } as KubeObject);
    if (object.kind === 'Pod' && !waiting.has(object.metadata.name)) objects.put('pods', started(object as KubeObject));
  }
  const server = await lab.server((request, response) => {
    const next = () => objects.answer(request, response);
    if (intercept === undefined) next();
    else intercept(request, response, next);
  });
  const client = await lab.client(server.url);
  const record = built.find(({ metadata }) => metadata.labels['symphony/role'] === 'spec')?.metadata.name ?? '';
  const place = { namespace: location.namespace, record, experiment: 'rl', launchId: 'launch-1' };
  const said: string[] = [];
  const begin = () => {
    const controller = new AbortController();
    const report = (line: string) => said.push(line);
    const running = new ExperimentSupervisor(client, place, report, controller.signal, notify).run();
    return async () => {
      controller.abort();
      await running;
    };
  };
  const pod = (name: string) => objects.objects.get(`pods/${name}`);
  const events = () => objects.all('events').map(({ reason, message }) => `${reason}: ${message}`);
  const recorded = () => objects.objects.get(`configmaps/${record}`);
  return { objects, server, begin, pod, events, recorded, said };
}

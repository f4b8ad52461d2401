import * as z from 'zod/mini';
import { field, fields, name, size, text } from '../../../engine/spec/schema/schema-fields.ts';
import { nodePools } from '../pools/node-pools.ts';
import {
  absolutePath,
  amounts,
  objectNameField,
  objectNames,
  placementField,
  rawMap,
  textMap,
  toleration,
  volume,
} from './section-fields.ts';

export type KubeLevel = 'experiment' | 'group' | 'process';

const schemas = new Map<KubeLevel, z.ZodMiniType>();

/** The schema of a `kube:` section at one level of the spec. */
export function kubeSectionSchema(level: KubeLevel): z.ZodMiniType {
  const built = schemas.get(level) ?? buildSchema(level);
  schemas.set(level, built);
  return built;
}

function buildSchema(level: KubeLevel): z.ZodMiniType {
  const own = level === 'experiment' ? ofExperiment() : {};
  return fields({ ...own, ...ofPods(), ...ofContainers() }, 'fields of the kube backend');
}

function ofExperiment() {
  return {
    namespace: field(name(), 'An existing namespace to run in, beside others; without it, the experiment has its own.'),
    nodePools: field(nodePools(), 'The node pools that place may name.'),
    supervisorImage: field(
      text('the name of an image with Node.js'),
      'The image of the experiment’s supervisor, with Node.js 20 or newer.',
    ),
    supervisorAccount: field(
      objectNameField('the name of a service account'),
      'The service account of the experiment’s supervisor; without it, the launch creates one.',
    ),
  };
}

function ofPods() {
  return {
    nodeSelector: field(textMap('labels with values'), 'Labels that the node must have.'),
    tolerations: field(
      z.array(toleration(), { error: 'a list of tolerations' }),
      'Taints of nodes that do not matter.',
    ),
    affinity: field(rawMap('an affinity as Kubernetes has it'), 'Affinity, as Kubernetes has it.'),
    imagePullSecrets: field(
      objectNames('the name of a Secret, or a list of them'),
      'Secrets of the namespace with which images are pulled.',
    ),
    serviceAccount: field(objectNameField('the name of a service account'), 'The service account of the pods.'),
    labels: field(textMap('labels with values'), 'Further labels of the pods.'),
    annotations: field(textMap('annotations with values'), 'Further annotations of the pods.'),
    restartPolicy: field(
      z.enum(['Always', 'OnFailure', 'Never'], { error: 'Always, OnFailure or Never' }),
      'The restart policy of the pods, whatever restart says.',
    ),
    patch: field(
      rawMap('fields of a pod, such as { spec: { hostNetwork: true } }'),
      'Merged over the finished pod: maps are merged, containers by the name of their process, other lists replaced, null removes.',
    ),
  };
}

function ofContainers() {
  return {
    volumes: field(z.array(volume(), { error: 'a list of volumes' }), 'Volumes, and where they are mounted.'),
    sharedMemory: field(size(1), 'The size of /dev/shm, which Kubernetes otherwise has at 64 MiB.'),
    imagePullPolicy: field(
      z.enum(['Always', 'IfNotPresent', 'Never'], { error: 'Always, IfNotPresent or Never' }),
      'When the image is pulled.',
    ),
    workingDir: field(
      z.union([absolutePath(), z.null({ error: 'an absolute path, or null' })], {
        error: 'an absolute path, or null for that of the image',
      }),
      'The folder it starts in, instead of startDir; null for that of the image.',
    ),
    gpuResource: field(text('the name of a resource'), 'The resource that gpu counts; nvidia.com/gpu by default.'),
    requests: field(amounts(), 'What is set aside for it on its node, over what resources says.'),
    limits: field(amounts(), 'What it may use at most, over what resources says.'),
    place: field(placementField(), 'How much of a machine of which node pool it is given.'),
    expose: field(
      z.enum(['LoadBalancer', 'NodePort', 'none'], { error: 'LoadBalancer, NodePort or none' }),
      'How exposed services are reached from outside; LoadBalancer by default.',
    ),
    exposeAnnotations: field(
      textMap('annotations with values'),
      'Annotations of exposed services, such as those that make a load balancer internal.',
    ),
  };
}

/** The volume sources; each volume has exactly one. */
export const volumeKinds = [
  'nfs',
  'hostPath',
  'emptyDir',
  'secret',
  'configMap',
  'persistentVolumeClaim',
  'git',
  'raw',
] as const;

import type { BackendDefinition } from '../engine/contract/backend-definition.ts';
import { registerBackend } from '../engine/contract/backend-registry.ts';
import { dockerDefinition } from './docker/docker-definition.ts';
import { kubeDefinition } from './kube/kube-definition.ts';
import { localDefinition } from './local/local-definition.ts';
import { tmuxDefinition } from './tmux/tmux-definition.ts';

export type { DockerSection } from './docker/docker-definition.ts';
export type {
  BuildInput as DockerBuild,
  PullPolicy as DockerPullPolicy,
  UlimitInput as DockerUlimit,
} from './docker/section/section-types.ts';
export type {} from './kit/gpus/gpu-definition.ts';
export type { KubeClientOptions, KubeSection } from './kube/kube-definition.ts';
export type {
  Amounts as KubeAmounts,
  ExposeType as KubeExposeType,
  GitInput as KubeGit,
  KubeRestartPolicy,
  PlacementInput as KubePlacement,
  Toleration as KubeToleration,
  VolumeInput as KubeVolume,
} from './kube/section/section-types.ts';
export type {} from './local/local-definition.ts';
export type {} from './supervision/keeper/backend/host-definition.ts';
export type { TmuxSection } from './tmux/tmux-definition.ts';

/** The backends that come with Symphony, each loaded when it is first wanted; lists show them in this order. */
const backends: Readonly<Record<string, BackendDefinition>> = {
  local: localDefinition,
  tmux: tmuxDefinition,
  docker: dockerDefinition,
  kube: kubeDefinition,
};

for (const [name, definition] of Object.entries(backends)) registerBackend(name, definition);

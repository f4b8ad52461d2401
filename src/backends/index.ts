import type { BackendDefinition } from '../engine/contract/backend-definition.ts';
import { registerBackend, reserveSection } from '../engine/contract/backend-registry.ts';
import type { BackendSection } from '../engine/spec/experiment-spec.ts';
import { kubeDefinition } from './kube/kube-definition.ts';
import { localDefinition } from './local/local-definition.ts';
import { tmuxDefinition } from './tmux/tmux-definition.ts';

export type {} from './kit/gpus/gpu-definition.ts';
export type { KubeSection } from './kube/kube-definition.ts';
export type {} from './supervision/keeper/backend/host-definition.ts';
export type { TmuxSection } from './tmux/tmux-definition.ts';

declare module '../engine/contract/extensions.ts' {
  interface BackendSections {
    readonly docker?: BackendSection;
  }
}

/** The backends that come with Symphony, each loaded when it is first wanted; lists show them in this order. */
const backends: Readonly<Record<string, BackendDefinition>> = {
  local: localDefinition,
  tmux: tmuxDefinition,
  kube: kubeDefinition,
};

for (const [name, definition] of Object.entries(backends)) registerBackend(name, definition);

// Specs may have this section before its backend exists.
reserveSection('docker');

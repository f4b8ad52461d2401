import { type BackendLoader, registerBackend } from '../engine/client/backend-registry.ts';
import { kubeLoader } from './kube/kube-loader.ts';
import { localLoader } from './local/local-loader.ts';
import { tmuxLoader } from './tmux/tmux-loader.ts';

/** The backends that come with Symphony, each loaded when it is first wanted; lists show them in this order. */
const backends: Readonly<Record<string, BackendLoader>> = {
  local: localLoader,
  tmux: tmuxLoader,
  kube: kubeLoader,
};

for (const [name, loader] of Object.entries(backends)) registerBackend(name, loader);

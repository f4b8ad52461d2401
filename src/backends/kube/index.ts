import '../../engine/require-node.ts';
import { registerBackend } from '../../engine/contract/backend-registry.ts';
import { kubeDefinition } from './kube-definition.ts';

// The backend reads its settings, which its definition declares.
registerBackend('kube', kubeDefinition);

export type { KubeNotify, KubeOptions } from './api/credentials/kube-options.ts';
export { KubeBackend } from './kube-backend.ts';

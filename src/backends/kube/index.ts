import { registerBackend } from '../../engine/contract/backend-registry.ts';
import { kubeDefinition } from './kube-definition.ts';

// The backend reads its settings, which its definition declares.
registerBackend('kube', kubeDefinition);

export { KubeBackend } from './kube-backend.ts';

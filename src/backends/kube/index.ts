export { KubeBackend } from './kube-backend.ts';

export { KubeCluster } from './kube-cluster.ts';

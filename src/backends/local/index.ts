export { LocalCluster } from './local-cluster.ts';

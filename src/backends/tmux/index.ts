export { TmuxCluster } from './tmux-cluster.ts';

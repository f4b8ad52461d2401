import type { BackendLoader } from '../../engine/backend-registry.ts';
import { toSymphonyError } from '../../engine/errors.ts';

/** The tmux backend, without loading it. Experiments can be listed and deleted where there is no tmux any more. */
export const tmuxLoader: BackendLoader = {
  summary: 'Processes of this machine in tmux windows, to attach to',
  check: async () => {
    const { findTmux } = await import('./find-tmux.ts');
    try {
      const { path, version } = await findTmux();
      return { works: true, detail: `tmux ${version}, ${path}` };
    } catch (error) {
      const { message, hint } = toSymphonyError(error);
      return { works: false, detail: hint === undefined ? message : `${message} ${hint}` };
    }
  },
  load: async (options) => {
    const { TmuxCluster } = await import('./tmux-cluster.ts');
    return new TmuxCluster(options);
  },
};

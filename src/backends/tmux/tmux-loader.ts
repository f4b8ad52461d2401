import type { BackendLoader } from '../../engine/client/backend-registry.ts';
import { toSymphonyError } from '../../engine/contract/errors.ts';

/** Loads the tmux backend on demand. Experiments can be listed and deleted even where tmux is no longer installed. */
export const tmuxLoader: BackendLoader = {
  summary: 'Processes on this machine in tmux windows that you can attach to',
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
    const { TmuxBackend } = await import('./tmux-backend.ts');
    return new TmuxBackend(options);
  },
};

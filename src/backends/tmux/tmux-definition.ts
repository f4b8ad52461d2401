import type { BackendDefinition } from '../../engine/contract/backend-definition.ts';
import { toSymphonyError } from '../../engine/contract/errors.ts';
import { hostDefinition } from '../supervision/keeper/backend/host-definition.ts';
import type { TmuxSection } from './tmux-section.ts';

export type { TmuxSection };

declare module '../../engine/contract/extensions.ts' {
  interface BackendSections {
    readonly tmux?: TmuxSection;
  }
  interface BackendOptions {
    /** `socket`: the tmux server, as in `tmux -L`, instead of that of the setting `tmuxSocket`. */
    readonly tmux: { readonly socket?: string };
  }
  interface BackendSettings {
    /** Empty for Symphony's own server. */
    readonly tmuxSocket: string;
  }
}

/**
 * Describes the tmux backend and loads it on demand. Experiments can be listed and deleted even where tmux is no longer
 * installed.
 */
export const tmuxDefinition: BackendDefinition = {
  ...hostDefinition,
  summary: 'Processes on this machine in tmux windows that you can attach to',
  options: ['socket'],
  section: { schemas: async () => (await import('./tmux-section.ts')).tmuxSectionSchemas },
  settings: {
    ...hostDefinition.settings,
    tmuxSocket: {
      schema: { type: 'string', pattern: '^[A-Za-z0-9_.-]*$' },
      default: '',
      description: 'The tmux server of the tmux backend, as in tmux -L; Symphony’s own if empty',
      expects: 'letters, digits, hyphens, underscores and dots; or nothing',
    },
  },
  check: async () => {
    const { findTmux } = await import('./server/find-tmux.ts');
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

import type { AppContext } from '../../../src/app/shell/context/context.ts';
import type { AppOptions } from '../../../src/app/shell/context/options.ts';
import { perform } from '../../../src/app/shell/context/perform.ts';
import type { Overlay } from '../../../src/app/shell/store/overlays.ts';
import { topView } from '../../../src/app/shell/store/state.ts';
import type { View } from '../../../src/app/shell/store/view.ts';
import type { TerminalControl } from '../../../src/app/shell/terminal/terminal-control.ts';
import { withoutColours } from '../../../src/app/shell/text/sanitize.ts';
import type { Backend } from '../../../src/engine/contract/backend.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type OpenContext, openContext } from './open-context.ts';

/** The interface without a screen: actions change its store, and their questions are overlays that a test answers. */
export interface HeadlessApp extends OpenContext {
  /** Does what a key means in the view on the screen. Resolves when the action has ended. */
  perform(action: string): Promise<void>;
  /** The view on the screen. */
  view(): View;
  /** What toasts have said: `good: Launched rl.`, with the hint after it. */
  told(): string[];
  /** The rows of the view, without colours. */
  rows(): string[];
  /** Waits for a dialog of a kind, newer than those answered before. */
  asked<Kind extends Overlay['kind']>(kind: Kind): Promise<Extract<Overlay, { kind: Kind }>>;
  end(): Promise<void>;
}

/** Opens the interface on a backend, and waits for its first snapshot. */
export async function openHeadless(
  backend: Backend,
  overrides: Partial<AppOptions> = {},
  terminal: Partial<TerminalControl> = {},
  parts?: Pick<AppContext, 'views' | 'actions'>,
): Promise<HeadlessApp> {
  const opened = openContext(backend, overrides, terminal, parts);
  const { context, store } = opened;
  context.enterCluster(context.options.cluster, false);
  await waitFor(() => store.getState().connection.kind === 'live', { what: 'the first snapshot' });
  return {
    ...opened,
    perform: (action) => perform(context, action),
    view: () => topView(store.getState()),
    told: () =>
      store.getState().messages.map(({ kind, message, hint }) => `${kind}: ${message}${hint ? ` | ${hint}` : ''}`),
    rows() {
      const state = store.getState();
      const view = topView(state);
      return context.views.kindOf(view).render(state, view).map(withoutColours);
    },
    async asked<Kind extends Overlay['kind']>(kind: Kind) {
      const isWanted = (overlay: Overlay | undefined): overlay is Extract<Overlay, { kind: Kind }> =>
        overlay?.kind === kind;
      const find = () => {
        const overlay = store.getState().overlays.at(-1);
        return isWanted(overlay) ? overlay : undefined;
      };
      return waitFor(find, { what: `a ${kind}` });
    },
    end: () => context.end(),
  };
}

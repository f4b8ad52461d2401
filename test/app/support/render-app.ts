import { render } from 'ink-testing-library';
import { createElement } from 'react';
import type { AppOptions } from '../../../src/app/shell/context/options.ts';
import { App } from '../../../src/app/shell/frame/App.tsx';
import { handleKey } from '../../../src/app/shell/input/handle-key.ts';
import { handlePaste } from '../../../src/app/shell/input/overlay-keys.ts';
import type { RunningContext } from '../../../src/app/shell/start/create-context.ts';
import { withoutColours } from '../../../src/app/shell/text/sanitize.ts';
import { views } from '../../../src/app/views/registry.ts';
import type { Backend } from '../../../src/engine/contract/backend.ts';
import { waitFor } from '../../support/wait-for.ts';
import { openContext } from './open-context.ts';

/** The interface's components, rendered into memory. */
export interface RenderedApp {
  readonly context: RunningContext;
  /** Sequences that bypassed the screen, and exit codes. */
  readonly written: string[];
  readonly exits: number[];
  /** What is on the screen, without colours. */
  screen(): string;
  type(text: string): Promise<void>;
  sees(what: RegExp): Promise<void>;
  end(): Promise<void>;
}

export async function renderApp(backend: Backend, overrides: Partial<AppOptions> = {}): Promise<RenderedApp> {
  const { context, store, written, exits } = openContext(backend, overrides);
  const instance = render(
    createElement(App, {
      store,
      views,
      onKey: (key) => handleKey(context, key),
      onPaste: (text) => handlePaste(context, text),
      onReady: () => {},
    }),
  );
  context.enterCluster(context.options.cluster, false);
  const screen = () => withoutColours(instance.lastFrame() ?? '');
  const app: RenderedApp = {
    context,
    written,
    exits,
    screen,
    async type(text) {
      instance.stdin.write(text);
      // Ink waits a moment for the rest of a sequence that begins with esc.
      if (text.endsWith('\x1b')) await waitFor(() => true);
    },
    async sees(what) {
      await waitFor(() => what.test(screen()), { timeout: 20 }).catch(() => {
        throw new Error(`There is no ${what}:\n${screen()}`);
      });
    },
    async end() {
      instance.unmount();
      await context.end();
    },
  };
  await app.sees(/›/);
  return app;
}

import { useApp, useInput, usePaste, useWindowSize } from 'ink';
import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import type { ViewRegistry } from '../context/context.ts';
import { decodeKeys, type KeyName } from '../keys/key-name.ts';
import type { AppState } from '../store/state.ts';
import type { InkControl } from '../terminal/ink-terminal.ts';
import { Screen } from './Screen.tsx';

export interface AppProps {
  readonly store: StoreApi<AppState>;
  readonly views: ViewRegistry;
  onKey(key: KeyName): void;
  onPaste(text: string): void;
  /** Called once, when the terminal can be handed over. */
  onReady(ink: InkControl): void;
}

/** The root component: renders the state, and passes every key and every paste to its handler. */
export function App({ store, views, onKey, onPaste, onReady }: AppProps): ReactNode {
  const state = useStore(store);
  const { exit, suspendTerminal } = useApp();
  const { columns, rows } = useWindowSize();
  useInput((input, key) => {
    for (const name of decodeKeys(input, key)) onKey(name);
  });
  usePaste(onPaste);
  useEffect(() => {
    onReady({ suspendTerminal, exit: () => exit() });
  }, [onReady, suspendTerminal, exit]);
  useEffect(() => {
    store.setState({ size: { columns, rows } });
  }, [store, columns, rows]);
  return (
    <Screen
      views={views}
      state={state.size.columns === columns && state.size.rows === rows ? state : { ...state, size: { columns, rows } }}
    />
  );
}

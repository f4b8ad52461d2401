import type { KeyContext } from '../keys/binding.ts';
import { type AppState, topView } from './state.ts';
import type { View } from './view-state.ts';

/** The contexts of keys in the top view, nearest first. */
export function keyContexts(state: AppState): readonly KeyContext[] {
  return viewContexts(topView(state));
}

export function viewContexts(view: View): readonly KeyContext[] {
  switch (view.kind) {
    case 'experiments':
    case 'processes':
    case 'services':
    case 'backends':
    case 'files':
      return [view.kind, 'list', 'everywhere'];
    case 'process':
      return ['process', 'text', 'everywhere'];
    case 'text':
      return view.launch === undefined ? ['text', 'everywhere'] : ['plan', 'text', 'everywhere'];
    case 'logs':
      return ['logs', 'everywhere'];
  }
}

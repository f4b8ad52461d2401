import { isOfKind, type ListView } from '../../shell/store/view.ts';

/** The backends, and which of them work here. */
export interface BackendsView extends ListView {
  readonly kind: 'backends';
}

export const isBackendsView = isOfKind<BackendsView>('backends');

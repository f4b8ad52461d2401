export interface Toast {
  readonly id: number;
  readonly kind: 'good' | 'info' | 'warning' | 'error';
  readonly message: string;
  readonly hint?: string;
  /** Milliseconds. */
  readonly time: number;
}

/** How long a toast is shown, in milliseconds. Errors and warnings stay longer. The messages keep all toasts. */
export function toastDuration(toast: Toast): number {
  const reading = (toast.message.length + (toast.hint?.length ?? 0)) * 40;
  return (toast.kind === 'error' || toast.kind === 'warning' ? 6000 : 2500) + reading;
}

export const maxMessages = 200;
